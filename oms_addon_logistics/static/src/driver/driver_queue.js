/** @odoo-module ignore
 *
 * What the driver did, kept on the phone until the server has it: window.OmsQueue.
 * Every entry has a key of its own; the server does each key once, so sending an entry
 * again after a lost answer does no harm.
 */
(function () {
    "use strict";

    const TIMEOUT = 30000; // ms; a photo over a slow network needs some
    const FIRST_DELAY = 3000;
    const LONGEST_DELAY = 60000;

    function randomKey() {
        const bytes = new Uint8Array(16);
        window.crypto.getRandomValues(bytes);
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    class OmsQueue {
        /**
         * @param {string} name storage key; one per user, so phones can be shared
         * @param {string} url JSON-RPC address that takes one entry
         * @param {Object} handlers
         * @param {Function} handlers.changed called when the queue has changed
         * @param {Function} handlers.accepted called with (entry, result)
         * @param {Function} handlers.refused called with (entry, result or null)
         * @param {Function} handlers.loggedOut called when the session has ended
         * @param {Function} handlers.tooLarge returns the text for a body too large
         * @param {Function} handlers.broken returns the text for an error of the server
         */
        constructor(name, url, handlers) {
            this.name = name;
            this.url = url;
            this.handlers = handlers;
            this.delay = FIRST_DELAY;
            this.timer = null;
            this.busy = false;
            this.unsaved = []; // what the phone's storage had no room for
            window.addEventListener("online", () => this.sendSoon(0));
            document.addEventListener("visibilitychange", () => {
                if (!document.hidden) {
                    this.sendSoon(0);
                }
            });
            window.addEventListener("beforeunload", (event) => {
                if (this.unsaved.length) {
                    event.preventDefault();
                }
            });
        }

        get entries() {
            try {
                const stored = JSON.parse(localStorage.getItem(this.name) || "[]");
                return stored.concat(this.unsaved);
            } catch {
                return [...this.unsaved];
            }
        }

        /** Entries that the server hasn't seen, oldest first. */
        get waiting() {
            return this.entries.filter((entry) => !entry.error);
        }

        /** Entries that the server refused; the driver decides about them. */
        get refused() {
            return this.entries.filter((entry) => entry.error);
        }

        /**
         * Keep an action and send it as soon as possible.
         *
         * @param {Object} action {trip, stop, action, values}
         * @returns {boolean} false when the same action already waits (a double tap)
         */
        add(action) {
            const entries = this.entries;
            const same = (entry) => !entry.error && entry.action === action.action
                && entry.trip === action.trip && entry.stop === action.stop;
            if (entries.some(same)) {
                return false;
            }
            const entry = Object.assign(
                { key: randomKey(), at: new Date().toISOString() }, action);
            if (!this._write([...entries, entry])) {
                this.unsaved.push(entry); // storage full or forbidden: memory it is
            }
            this.handlers.changed();
            this.sendSoon(0);
            return true;
        }

        /** Forget an entry. */
        remove(key) {
            this._change((entries) => entries.filter((entry) => entry.key !== key));
        }

        /** Keep an entry that the server refused, but don't send it by itself. */
        refuse(key, message) {
            this._change((entries) => entries.map((entry) =>
                entry.key === key ? Object.assign({}, entry, { error: message }) : entry));
        }

        /** Send a refused entry once more. */
        retry(key) {
            this._change((entries) => entries.map((entry) =>
                entry.key === key ? Object.assign({}, entry, { error: null }) : entry));
            this.sendSoon(0);
        }

        _change(mapper) {
            const entries = mapper(this.entries);
            const loose = new Set(this.unsaved.map((entry) => entry.key));
            this.unsaved = entries.filter((entry) => loose.has(entry.key));
            this._write(entries);
            this.handlers.changed();
        }

        _write(entries) {
            const loose = new Set(this.unsaved.map((entry) => entry.key));
            const kept = entries.filter((entry) => !loose.has(entry.key));
            try {
                localStorage.setItem(this.name, JSON.stringify(kept));
                return true;
            } catch {
                return false;
            }
        }

        sendSoon(delay) {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.send(), delay);
        }

        /** Send what waits, oldest first, one after the other. */
        async send() {
            if (this.busy) {
                return;
            }
            this.busy = true;
            try {
                let entry = this.waiting[0];
                while (entry && (await this._sendOne(entry))) {
                    this.delay = FIRST_DELAY;
                    entry = this.waiting[0];
                }
            } finally {
                this.busy = false;
                this.handlers.changed();
            }
        }

        /** Send one entry; true when it is dealt with, false to try again later. */
        async _sendOne(entry) {
            let answer;
            try {
                answer = await this._post(entry);
            } catch {
                this._sendLater();
                return false;
            }
            if (answer.error) {
                if (answer.error.code === 100) {
                    this.handlers.loggedOut();
                    return false;
                }
                // Odoo gave up on a busy trip after some tries: later it is free.
                if ((answer.error.data || {}).name === "odoo.exceptions.ConcurrencyError") {
                    this._sendLater();
                    return false;
                }
                this.refuse(entry.key, answer.error.text || this.handlers.broken());
                this.handlers.refused(entry, null);
                return true;
            }
            if (answer.result.error) {
                this.refuse(entry.key, answer.result.error);
                this.handlers.refused(entry, answer.result);
            } else {
                this.remove(entry.key);
                this.handlers.accepted(entry, answer.result);
            }
            return true;
        }

        _sendLater() {
            this.sendSoon(this.delay);
            this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
        }

        async _post(entry) {
            const abort = new AbortController();
            const timer = setTimeout(() => abort.abort(), TIMEOUT);
            try {
                const response = await fetch(this.url, {
                    method: "POST",
                    credentials: "same-origin",
                    headers: { "Content-Type": "application/json" },
                    body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: entry }),
                    signal: abort.signal,
                });
                if (response.status === 413) {
                    return { error: { text: this.handlers.tooLarge() } };
                }
                if (!response.ok) {
                    throw new Error(`HTTP ${response.status}`);
                }
                return await response.json();
            } finally {
                clearTimeout(timer);
            }
        }
    }

    window.OmsQueue = OmsQueue;
})();
