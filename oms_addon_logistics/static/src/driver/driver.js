/** @odoo-module ignore
 *
 * The driver's page of one trip. The server renders everything; this script only changes
 * states (the style sheet shows what each state offers) and hands actions to the queue,
 * so the page works on while the network doesn't.
 */
(function () {
    "use strict";

    const REACHED = { arrive: "arrived", deliver: "delivered", fail: "failed" };
    const TRIP_REACHED = { start: "started", finish: "done" };
    const CLOSED = new Set(["delivered", "failed", "skipped"]);
    const MEMORY_DAYS = 7;
    const DAY = 86400000; // ms
    const STALE = 300000; // ms
    const CACHE = "oms-driver-1"; // as in driver_worker.js

    const $ = (selector, root) => (root || document).querySelector(selector);
    const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];

    /** The user's queue of actions, with what both pages do with it. */
    function openQueue(root, notes, { changed, told }) {
        return new window.OmsQueue(
            `oms.driver.queue.${root.dataset.user}`, root.dataset.url, {
                changed,
                accepted: (entry, result) => told(result),
                refused: (entry, result) => told(result),
                loggedOut: () => {
                    notes.isLoggedOut = true;
                    changed();
                },
                tooLarge: () => notes.texts.too_large,
                broken: () => notes.texts.server_error,
            });
    }

    /** Keep the server's states for the copy of a trip's page that opens offline. */
    function remember(user, result) {
        try {
            localStorage.setItem(
                `oms.driver.state.${user}.${result.trip}`, JSON.stringify(result));
        } catch {
            // Kept in memory only.
        }
    }

    /** The list of trips: sends what a trip's page has left in the queue. */
    class ListPage {
        constructor(root) {
            this.isNew = false;
            this.notes = new window.OmsNotes(window.OmsNotes.readTexts(), () => "");
            this.queue = openQueue(root, this.notes, {
                changed: () => this.render(),
                told: (result) => {
                    this.isNew = true;
                    if (result) {
                        remember(root.dataset.user, result);
                    }
                },
            });
            this.render();
            this.queue.sendSoon(0);
        }

        render() {
            if (!this.queue) {
                return;
            }
            this.notes.render(this.queue);
            if (this.isNew && !this.queue.waiting.length && navigator.onLine) {
                this.isNew = false;
                window.location.reload(); // the list is older than what was just sent
            }
        }
    }

    class TripPage {
        constructor(root) {
            this.root = root;
            this.trip = Number(root.dataset.trip);
            this.memory = `oms.driver.state.${root.dataset.user}.${this.trip}`;
            this.stops = $$(".oms_stop", root);
            this.tripState = root.dataset.tripState;
            this.states = new Map(
                this.stops.map((stop) => [Number(stop.dataset.stop), stop.dataset.state]));
            this.texts = window.OmsNotes.readTexts();
            this.notes = new window.OmsNotes(this.texts, (entry) => this.nameOf(entry));
            this.sheet = null;
            this.openedAt = Date.now();
            this.recall();
            this.queue = openQueue(root, this.notes, {
                changed: () => this.render(),
                told: (result) => this.learn(result),
            });
            history.scrollRestoration = "manual"; // closing a form goes back in history
            this.listen();
            this.render();
            this.open(this.nextStop());
            this.queue.sendSoon(0);
        }

        // --- what is known -----------------------------------------------------

        /** Take over states that this phone learnt after the page was rendered. */
        recall() {
            try {
                const known = JSON.parse(localStorage.getItem(this.memory) || "null");
                if (known && known.at > Number(this.root.dataset.renderedAt)) {
                    this.learn(known);
                }
                for (const key of Object.keys(localStorage)) {
                    if (key.startsWith("oms.driver.state.")) {
                        const { at } = JSON.parse(localStorage.getItem(key));
                        if (at < Date.now() - MEMORY_DAYS * DAY) {
                            localStorage.removeItem(key);
                        }
                    }
                }
            } catch {
                // Without storage the page knows what the server rendered.
            }
        }

        /** Take over the server's states: {at, trip, trip_state, stops: [[id, state]]}. */
        learn(result) {
            if (!result || result.trip !== this.trip) {
                return;
            }
            this.tripState = result.trip_state;
            for (const [id, state] of result.stops) {
                this.states.set(id, state);
            }
            remember(this.root.dataset.user, result);
        }

        waiting() {
            return this.queue.waiting.filter((entry) => entry.trip === this.trip);
        }

        stateOf(stop) {
            const id = Number(stop.dataset.stop);
            return this.waiting().reduce(
                (state, entry) => (entry.stop === id && REACHED[entry.action]) || state,
                this.states.get(id));
        }

        nextStop() {
            return this.stops.find((stop) => !CLOSED.has(stop.dataset.state));
        }

        // --- showing it --------------------------------------------------------

        render() {
            if (!this.queue) {
                return;
            }
            const waiting = this.waiting();
            this.root.dataset.tripState = waiting.reduce(
                (state, entry) => TRIP_REACHED[entry.action] || state, this.tripState);
            for (const stop of this.stops) {
                const id = Number(stop.dataset.stop);
                stop.dataset.state = this.stateOf(stop);
                stop.toggleAttribute(
                    "data-waiting", waiting.some((entry) => entry.stop === id));
            }
            const next = this.root.dataset.tripState === "started" && this.nextStop();
            for (const stop of this.stops) {
                stop.classList.toggle("is-next", stop === next);
            }
            const closed = this.stops.filter((stop) => CLOSED.has(stop.dataset.state));
            $("#oms_count").textContent = `${closed.length} / ${this.stops.length}`;
            $("#oms_progress").style.width =
                `${this.stops.length ? (100 * closed.length) / this.stops.length : 0}%`;
            $("#oms_finish").hidden = closed.length < this.stops.length;
            this.notes.render(this.queue);
        }

        nameOf(entry) {
            const stop = this.stops.find((s) => Number(s.dataset.stop) === entry.stop);
            return stop ? $(".oms_stop_name", stop).textContent.trim() : "";
        }

        open(stop) {
            for (const other of this.stops) {
                const isOpen = other === stop;
                other.classList.toggle("is-open", isOpen);
                $(".oms_stop_head", other).setAttribute("aria-expanded", isOpen);
            }
        }

        /** After a while in the pocket, show what the dispatcher changed meanwhile. */
        refresh() {
            const age = Date.now() - this.openedAt;
            const isIdle = !this.sheet && !this.queue.entries.length;
            if (!document.hidden && navigator.onLine && isIdle && age > STALE) {
                window.location.reload();
            }
        }

        // --- doing -------------------------------------------------------------

        listen() {
            this.root.addEventListener("click", (event) => {
                const button = event.target.closest("[data-action]");
                if (button) {
                    this.onAction(button.dataset.action, button.closest(".oms_stop"));
                }
            });
            window.addEventListener("popstate", () => this.hideSheet());
            document.addEventListener("visibilitychange", () => this.refresh());
            for (const form of $$("form.oms_sheet")) {
                window.OmsSheet.prepare(form, this.texts, {
                    confirm: (values) => this.onConfirm(values),
                    cancel: () => history.back(),
                });
            }
        }

        onAction(action, stop) {
            if (action === "toggle") {
                this.open(stop.classList.contains("is-open") ? null : stop);
            } else if (action === "deliver" || action === "fail") {
                this.showSheet(action, stop);
            } else if (action !== "finish" || window.confirm(this.texts.confirm_finish)) {
                this.act(action, stop);
            }
        }

        /** Put an action in the queue and go on to what comes next. */
        act(action, stop, values) {
            this.queue.add({
                trip: this.trip,
                stop: stop ? Number(stop.dataset.stop) : null,
                label: stop ? $(".oms_stop_name", stop).textContent.trim() : "",
                action,
                values: values || {},
            });
            if (!stop || CLOSED.has(stop.dataset.state)) {
                const next = this.nextStop();
                this.open(next);
                (next || document.body).scrollIntoView({ block: "center" });
            }
        }

        showSheet(action, stop) {
            const form = $(`#oms_sheet_${action}`);
            this.sheet = { action, stop, form };
            history.pushState({ sheet: action }, ""); // the phone's Back closes it
            document.documentElement.classList.add("oms_sheet_open");
            form.hidden = false;
            form.scrollTop = 0;
            window.OmsSheet.reset(form, {
                title: $(".oms_stop_name", stop).textContent.trim(),
                kind: stop.dataset.kind,
            });
        }

        hideSheet() {
            if (this.sheet) {
                this.sheet.form.hidden = true;
                document.documentElement.classList.remove("oms_sheet_open");
                this.sheet = null;
            }
        }

        onConfirm(values) {
            const { action, stop } = this.sheet;
            this.hideSheet();
            history.back();
            this.act(action, stop, values);
        }
    }

    /** Let the page open without network: see the worker. */
    function installWorker(root) {
        forgetOtherUser(root);
        if ("serviceWorker" in navigator && root.dataset.worker) {
            navigator.serviceWorker
                .register(root.dataset.worker, { scope: "/oms/driver" })
                .then(() => keepFirstCopies())
                .catch(() => {}); // not allowed here: the page works without
        }
    }

    /** The worker didn't see the first page come: keep it, its files and the list. */
    async function keepFirstCopies() {
        if (navigator.serviceWorker.controller || !window.caches) {
            return;
        }
        const files = $$("script[src], link[rel='stylesheet']")
            .map((item) => item.src || item.href)
            .filter((url) => url.startsWith(`${location.origin}/web/assets/`));
        const pages = [`${location.origin}/oms/driver`, location.href.split("#")[0]];
        const cache = await caches.open(CACHE);
        await cache.addAll([...new Set([...pages, ...files])]);
    }

    /** On a phone that is passed on, drop the copies of the last driver's pages. */
    function forgetOtherUser(root) {
        try {
            if (localStorage.getItem("oms.driver.user") !== root.dataset.user) {
                localStorage.setItem("oms.driver.user", root.dataset.user);
                if (window.caches) {
                    caches.delete(CACHE).catch(() => {});
                }
            }
        } catch {
            // No storage, so no copies either.
        }
    }

    function start() {
        for (const root of $$("[data-oms-driver]")) {
            installWorker(root);
            if (root.dataset.trip) {
                window.omsTripPage = new TripPage(root);
            } else {
                window.omsListPage = new ListPage(root);
            }
        }
        // iOS knows neither geo: nor, in its browsers, intent links.
        if (/iPhone|iPad/.test(navigator.userAgent)) {
            for (const link of $$("a[href^='geo:']")) {
                link.href = `https://maps.apple.com/?daddr=${encodeURIComponent(
                    link.dataset.target)}`;
            }
        }
    }

    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
})();
