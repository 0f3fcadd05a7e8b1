/** @odoo-module ignore
 *
 * The parts of the delivery form: signature field and photo, window.OmsSheet.
 */
(function () {
    "use strict";

    const PHOTO_SIDE = 1280; // px; readable, and about 150 kB as JPEG
    const PHOTO_QUALITY = 0.7;
    const SIGNATURE_WIDTH = 600; // px

    /** A canvas that a finger, a pen or a mouse draws on. */
    class Signature {
        constructor(canvas) {
            this.canvas = canvas;
            this.isEmpty = true;
            this.last = null;
            canvas.addEventListener("pointerdown", (event) => this._start(event));
            canvas.addEventListener("pointermove", (event) => this._move(event));
            for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
                canvas.addEventListener(name, () => {
                    this.last = null;
                });
            }
        }

        /** Empty the field and fit it to the screen; call it once it is visible. */
        clear() {
            const box = this.canvas.getBoundingClientRect();
            const ratio = window.devicePixelRatio || 1;
            this.canvas.width = Math.round(box.width * ratio);
            this.canvas.height = Math.round(box.height * ratio);
            this.pen = this.canvas.getContext("2d");
            this.pen.scale(ratio, ratio);
            this.pen.lineWidth = 2.5;
            this.pen.lineCap = "round";
            this.pen.lineJoin = "round";
            this.pen.strokeStyle = "#111827";
            this.isEmpty = true;
            this.last = null;
        }

        _point(event) {
            const box = this.canvas.getBoundingClientRect();
            return { x: event.clientX - box.left, y: event.clientY - box.top };
        }

        _start(event) {
            event.preventDefault();
            this.last = this._point(event);
            this._draw(this.last, { x: this.last.x + 0.1, y: this.last.y });
        }

        _move(event) {
            if (!this.last) {
                return;
            }
            event.preventDefault();
            const point = this._point(event);
            this._draw(this.last, point);
            this.last = point;
        }

        _draw(from, to) {
            this.pen.beginPath();
            this.pen.moveTo(from.x, from.y);
            this.pen.lineTo(to.x, to.y);
            this.pen.stroke();
            this.isEmpty = false;
        }

        /** PNG without the "data:" head, or null when nothing was drawn. */
        toBase64() {
            if (this.isEmpty) {
                return null;
            }
            const small = document.createElement("canvas");
            small.width = Math.min(SIGNATURE_WIDTH, this.canvas.width);
            small.height = Math.round(
                (this.canvas.height * small.width) / this.canvas.width);
            const pen = small.getContext("2d");
            pen.fillStyle = "#ffffff";
            pen.fillRect(0, 0, small.width, small.height);
            pen.drawImage(this.canvas, 0, 0, small.width, small.height);
            return small.toDataURL("image/png").split(",")[1];
        }
    }

    /**
     * Shrink a picture from the camera.
     *
     * @param {File} file
     * @returns {Promise<string>} data URL of a JPEG
     */
    function shrinkPhoto(file) {
        return new Promise((resolve, reject) => {
            const url = URL.createObjectURL(file);
            const image = new Image();
            image.onload = () => {
                URL.revokeObjectURL(url);
                const scale = Math.min(
                    1, PHOTO_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
                const canvas = document.createElement("canvas");
                canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
                canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
                canvas.getContext("2d")
                    .drawImage(image, 0, 0, canvas.width, canvas.height);
                resolve(canvas.toDataURL("image/jpeg", PHOTO_QUALITY));
            };
            image.onerror = () => {
                URL.revokeObjectURL(url);
                reject(new Error("not a picture"));
            };
            image.src = url;
        });
    }

    window.OmsSheet = { Signature, shrinkPhoto };
})();
