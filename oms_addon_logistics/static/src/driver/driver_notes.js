/** @odoo-module ignore
 *
 * What the page says of the queue: what waits, what was refused, and that the session
 * has ended. On the list of trips and on the trip's page: window.OmsNotes.
 */
(function () {
    "use strict";

    const $ = (selector, root) => (root || document).querySelector(selector);

    /** Translated messages, rendered by the server. */
    function readTexts() {
        const texts = {};
        for (const item of document.querySelectorAll("#oms_texts > li")) {
            texts[item.dataset.key] = item.textContent.trim();
        }
        return texts;
    }

    class OmsNotes {
        /**
         * @param {Object} texts translated messages
         * @param {Function} nameOf returns the name of an entry's stop on this page, or ""
         */
        constructor(texts, nameOf) {
            this.texts = texts;
            this.nameOf = nameOf;
            this.isLoggedOut = false;
        }

        /** Show what there is to say of a queue now. */
        render(queue) {
            const count = queue.waiting.length;
            const note = $("#oms_waiting");
            note.hidden = !count || this.isLoggedOut;
            note.textContent = (count === 1 ? this.texts.waiting_one : this.texts.waiting)
                .replace("{count}", count);
            $("#oms_logged_out").hidden = !this.isLoggedOut;
            const problems = $("#oms_problems");
            problems.hidden = !queue.refused.length;
            problems.replaceChildren(
                ...queue.refused.map((entry) => this.problem(queue, entry)));
        }

        problem(queue, entry) {
            const item = $("#oms_problem").content.firstElementChild.cloneNode(true);
            const name = this.nameOf(entry) || entry.label;
            $(".oms_problem_name", item).textContent =
                [this.texts[`action_${entry.action}`], name].filter(Boolean).join(" · ");
            $(".oms_problem_text", item).textContent = entry.error;
            $(".oms_problem_retry", item).onclick = () => queue.retry(entry.key);
            $(".oms_problem_drop", item).onclick = () => {
                if (window.confirm(this.texts.confirm_drop)) {
                    queue.remove(entry.key);
                }
            };
            return item;
        }
    }

    window.OmsNotes = Object.assign(OmsNotes, { readTexts });
})();
