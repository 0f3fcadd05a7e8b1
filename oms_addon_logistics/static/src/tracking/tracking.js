/** @odoo-module ignore
 *
 * Draws the small map of the customer's tracking page, where there is one.
 */
(function () {
    "use strict";

    function start() {
        const sheet = document.querySelector("#oms_track_map");
        if (sheet && window.OmsMap) {
            window.OmsMap.draw(sheet, JSON.parse(sheet.dataset.map));
        }
    }

    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
})();
