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

    /** Where the phone is, if it may tell soon; the proof of delivery carries it. */
    function locate(parts) {
        parts.place = null;
        if (navigator.geolocation) {
            navigator.geolocation.getCurrentPosition(
                ({ coords }) => {
                    parts.place = { latitude: coords.latitude, longitude: coords.longitude };
                },
                () => {}, // refused or unknown: delivered all the same
                { maximumAge: 60000, timeout: 10000 },
            );
        }
    }

    function showError(form, name, text) {
        const place = form.querySelector(`[data-error="${name}"]`);
        if (place) {
            place.textContent = text || "";
            place.hidden = !text;
            if (text) {
                place.scrollIntoView({ block: "center" });
            }
        }
    }

    function setPhoto(form, url) {
        const preview = form.querySelector(".oms_photo_preview");
        form.omsParts.photo = url ? url.split(",")[1] : null;
        preview.hidden = !url;
        preview.src = url || "";
    }

    /** Read the form; null, with the errors shown, when something is missing. */
    function read(form, texts) {
        const { signature, photo, reason, place } = form.omsParts;
        const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
        const values = { recipient_name: value("recipient_name"), note: value("note"),
            photo, signature: signature && signature.toBase64() };
        if (form.elements.recipient_name && !values.recipient_name) {
            showError(form, "recipient_name", texts.name_missing);
            form.elements.recipient_name.focus();
            return null;
        }
        if (form.querySelector("[data-reason]")) {
            if (!reason) {
                showError(form, "reason", texts.reason_missing);
                return null;
            }
            values.reason = Number(reason.dataset.reason);
            if (reason.dataset.needsNote && !values.note) {
                showError(form, "note", texts.note_missing);
                form.elements.note.focus();
                return null;
            }
        }
        return Object.assign(values, place);
    }

    function press(form, button) {
        for (const other of button.parentElement.querySelectorAll(".oms_choice")) {
            other.setAttribute("aria-pressed", other === button);
        }
        if (button.dataset.reason) {
            form.omsParts.reason = button;
            showError(form, "reason", "");
        } else {
            form.elements.recipient_name.value = button.textContent.trim();
            showError(form, "recipient_name", "");
        }
    }

    /**
     * Bring a form to life; once per form.
     *
     * @param {HTMLFormElement} form
     * @param {Object} texts translated messages
     * @param {Object} handlers confirm(values) and cancel()
     */
    function prepare(form, texts, handlers) {
        const canvas = form.querySelector("canvas");
        form.omsParts = { signature: canvas && new Signature(canvas) };
        form.addEventListener("click", (event) => {
            const button = event.target.closest("button");
            if (!button) {
                return;
            }
            if (button.classList.contains("oms_choice")) {
                press(form, button);
            } else if (button.dataset.do === "clear") {
                form.omsParts.signature.clear();
            } else if (button.dataset.do === "cancel") {
                handlers.cancel();
            }
        });
        form.addEventListener("change", async (event) => {
            if (event.target.name === "photo" && event.target.files[0]) {
                try {
                    setPhoto(form, await shrinkPhoto(event.target.files[0]));
                    showError(form, "photo", "");
                } catch {
                    setPhoto(form, null);
                    showError(form, "photo", texts.photo_bad);
                }
            }
        });
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            const values = read(form, texts);
            if (values) {
                handlers.confirm(values);
            }
        });
    }

    /** Empty a form that has just been shown for another stop. */
    function reset(form, { title, kind }) {
        form.reset();
        form.dataset.kind = kind;
        form.querySelector(".oms_sheet_title").textContent = title;
        form.omsParts.reason = null;
        for (const place of form.querySelectorAll("[data-error]")) {
            place.hidden = true;
        }
        for (const button of form.querySelectorAll(".oms_choice")) {
            button.setAttribute("aria-pressed", "false");
        }
        const ownName = form.querySelector(".oms_choice_name");
        if (ownName) {
            ownName.textContent = title;
        }
        if (form.querySelector(".oms_photo_preview")) {
            setPhoto(form, null);
        }
        if (form.omsParts.signature) {
            form.omsParts.signature.clear();
        }
        locate(form.omsParts);
    }

    window.OmsSheet = { Signature, shrinkPhoto, prepare, reset };
})();
