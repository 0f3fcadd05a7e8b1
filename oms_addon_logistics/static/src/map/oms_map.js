/** @odoo-module ignore
 *
 * Draws depots, routes and stops with Leaflet: window.OmsMap.draw(element, data).
 * A plain script, so that the back end and the light public pages share it.
 * Without a tile server it draws a grey sheet with a graticule and a scale, so the map
 * needs nothing from the internet.
 *
 * data = {
 *   tiles: {url, attribution} or false,
 *   depots: [{id, name, lat, lon, sign}],     // sign: "depot" (default) or "van"
 *   trips: [{id, name, note, color, line: [[lat, lon], …],
 *            stops: [{id, number, name, note, state, lat, lon, sign}]}],
 *   loose: [{id, name, note, lat, lon}],      // stops that no trip took
 *   labels: {north, south, east, west, fit}   // optional
 * }
 */
(function () {
    "use strict";

    // Distinct to colour-blind eyes too, and dark enough for white numbers.
    const COLORS = [
        "#1f6feb", "#c2410c", "#15803d", "#7e22ce", "#b91c1c",
        "#0e7490", "#a16207", "#be185d", "#4d7c0f", "#475569",
    ];
    const DEGREE_STEPS = [
        30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001,
    ];
    const LABEL_WIDTH = 76; // px between two lines of the graticule, at least
    const SIGNS = {
        depot: "M4 20V9l8-5 8 5v11M8 20v-7h8v7",
        van: "M2 6h12v10H2zM14 10h4l4 3v3h-8M6.5 19.5a2 2 0 1 0 0-4a2 2 0 0 0 0 4"
            + "M17.5 19.5a2 2 0 1 0 0-4a2 2 0 0 0 0 4",
        home: "M4 11l8-7 8 7M6 10v10h12V10",
    };

    function escape(text) {
        const span = document.createElement("span");
        span.textContent = text === undefined || text === null ? "" : String(text);
        return span.innerHTML;
    }

    function colorOf(trip, index) {
        return COLORS[(trip.color === undefined ? index : trip.color) % COLORS.length];
    }

    function popup(item) {
        const lines = [`<strong>${escape(item.name)}</strong>`];
        for (const line of String(item.note || "").split("\n").filter(Boolean)) {
            lines.push(escape(line));
        }
        return lines.join("<br/>");
    }

    function drawing(sign) {
        return '<svg viewBox="0 0 24 24" width="16" height="16" fill="none" '
            + 'stroke="currentColor" stroke-width="2.4" stroke-linejoin="round">'
            + `<path d="${SIGNS[sign]}"/></svg>`;
    }

    function look(stop, color) {
        return stop.state === "done"
            ? `background-color:#ffffff;border-color:${color};color:${color}`
            : `background-color:${color}`;
    }

    function stopIcon(stop, color) {
        const texts = { done: "✓", failed: "!" };
        const content = stop.sign
            ? drawing(stop.sign) : escape(texts[stop.state] || stop.number);
        return L.divIcon({
            className: `oms_map_pin oms_map_pin_${stop.state || "planned"}`,
            html: `<span style="${look(stop, color)}">${content}</span>`,
            iconSize: [26, 26],
            iconAnchor: [13, 13],
        });
    }

    function depotMarker(depot) {
        const marker = L.marker([depot.lat, depot.lon], {
            icon: L.divIcon({
                className: "oms_map_depot",
                html: `<span>${drawing(depot.sign || "depot")}</span>`,
                iconSize: [28, 28],
                iconAnchor: [14, 14],
            }),
            title: depot.name,
            zIndexOffset: 1000,
        });
        // "auto" turns the name to the side where there is room.
        return marker.bindTooltip(escape(depot.name), {
            permanent: true, direction: "auto", offset: [14, 0],
            className: "oms_map_name",
        });
    }

    /** The sheet of lines that stands in for a map picture. */
    const Graticule = L.LayerGroup.extend({
        onAdd(map) {
            L.LayerGroup.prototype.onAdd.call(this, map);
            map.on("moveend", this.redraw, this);
            this.redraw();
        },

        onRemove(map) {
            map.off("moveend", this.redraw, this);
            L.LayerGroup.prototype.onRemove.call(this, map);
        },

        redraw() {
            this.clearLayers();
            const bounds = this._map.getBounds().pad(0.2);
            const span = bounds.getEast() - bounds.getWest();
            const most = (1.4 * this._map.getSize().x) / LABEL_WIDTH;
            const step = DEGREE_STEPS.filter((s) => span / s <= most)
                .pop() || DEGREE_STEPS[0];
            const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step));
            const { north, south, east, west } = this.options.labels;
            for (let x = Math.ceil(bounds.getWest() / step) * step;
                x <= bounds.getEast(); x += step) {
                this._line([[bounds.getSouth(), x], [bounds.getNorth(), x]]);
                this._label([this._map.getBounds().getSouth(), x], "x",
                    `${Math.abs(x).toFixed(digits)}° ${x < 0 ? west : east}`);
            }
            for (let y = Math.ceil(bounds.getSouth() / step) * step;
                y <= bounds.getNorth(); y += step) {
                this._line([[y, bounds.getWest()], [y, bounds.getEast()]]);
                this._label([y, this._map.getBounds().getEast()], "y",
                    `${Math.abs(y).toFixed(digits)}° ${y < 0 ? south : north}`);
            }
        },

        _line(points) {
            this.addLayer(L.polyline(points, {
                color: "#cbd2d9", weight: 1, interactive: false,
            }));
        },

        _label(point, axis, text) {
            this.addLayer(L.marker(point, {
                interactive: false,
                keyboard: false,
                icon: L.divIcon({
                    className: `oms_map_degree oms_map_degree_${axis}`,
                    html: escape(text),
                    iconSize: [0, 0],
                }),
            }));
        },
    });

    function background(map, data) {
        const tiles = data.tiles;
        if (tiles && tiles.url) {
            L.tileLayer(tiles.url, {
                attribution: escape(tiles.attribution), maxZoom: 19,
            }).addTo(map);
        } else {
            const labels = Object.assign(
                { north: "N", south: "S", east: "E", west: "W" }, data.labels);
            new Graticule([], { labels }).addTo(map);
        }
    }

    function drawTrip(trip, color, onStop) {
        const layer = L.featureGroup();
        if ((trip.line || []).length > 1) {
            L.polyline(trip.line, { color: "#ffffff", weight: 7, opacity: 0.8,
                interactive: false }).addTo(layer);
            const line = L.polyline(trip.line, { color, weight: 4, opacity: 0.85 });
            line.bindPopup(popup(trip)).addTo(layer);
        }
        // The earlier stop lies on top where two share a place.
        for (const stop of [...(trip.stops || [])].reverse()) {
            const marker = L.marker([stop.lat, stop.lon], {
                icon: stopIcon(stop, color), title: stop.name, riseOnHover: true,
            });
            marker.bindPopup(popup(stop)).addTo(layer);
            if (onStop) {
                marker.on("popupopen", () => onStop(stop, marker));
            }
        }
        return layer;
    }

    /**
     * Draw `data` into `element` and return a handle.
     *
     * @param {HTMLElement} element which has a height
     * @param {Object} data see the head of this file
     * @param {Object} [options]
     * @param {Function} [options.onStop] called with (stop, marker) on a tap
     * @returns {{map: Object, show: Function, fit: Function, destroy: Function}}
     */
    function draw(element, data, options) {
        const { onStop } = options || {};
        const map = L.map(element, {
            zoomSnap: 0.5, attributionControl: Boolean(data.tiles && data.tiles.url),
            scrollWheelZoom: false,
        });
        map.once("focus", () => map.scrollWheelZoom.enable());
        map.on("click", () => map.scrollWheelZoom.enable());
        const layers = new Map();
        const everything = L.featureGroup();
        (data.trips || []).forEach((trip, index) => {
            const layer = drawTrip(trip, colorOf(trip, index), onStop);
            layers.set(trip.id, layer);
            everything.addLayer(layer);
        });
        for (const stop of data.loose || []) {
            everything.addLayer(L.marker([stop.lat, stop.lon], {
                icon: stopIcon({ number: "?", state: "loose" }, "#6b7280"),
                title: stop.name,
            }).bindPopup(popup(stop)));
        }
        for (const depot of data.depots || []) {
            everything.addLayer(depotMarker(depot));
        }

        /** Zoom to what is shown: with trips hidden, to those that are left. */
        function fit() {
            const shown = [...layers.values()].filter((layer) => map.hasLayer(layer));
            const some = shown.length > 0 && shown.length < layers.size;
            const bounds = (some ? L.featureGroup(shown) : everything).getBounds();
            if (bounds.isValid()) {
                map.fitBounds(bounds, {
                    // room for the buttons, the scale and the degrees
                    paddingTopLeft: [56, 28], paddingBottomRight: [56, 36],
                    maxZoom: 15,
                });
            } else {
                map.setView([30, 110], 3);
            }
        }

        fit();
        background(map, data);
        everything.addTo(map);
        L.control.scale({ imperial: false }).addTo(map);
        // A tab or a dialog that opens later changes the size without telling.
        const observer = new ResizeObserver(() => map.invalidateSize());
        observer.observe(element);
        return {
            map,
            fit,
            /** Show the trips whose ids are in `ids`, or all when it is null. */
            show(ids) {
                layers.forEach((layer, id) => {
                    if (ids === null || ids.has(id)) {
                        map.addLayer(layer);
                    } else {
                        map.removeLayer(layer);
                    }
                });
                fit();
            },
            destroy() {
                observer.disconnect();
                map.remove();
            },
        };
    }

    window.OmsMap = { draw, colorOf, COLORS };
})();
