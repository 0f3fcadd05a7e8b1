/** @odoo-module ignore
 *
 * Service worker of the driver's page. With network it stays out of the way; without, it
 * opens the last copy of the page and its files, and the queue keeps what the driver does.
 */
"use strict";

const CACHE = "oms-driver-1";
const KEPT = 7 * 86400000; // ms
const PATIENCE = 6000; // ms to wait for a slow network when there is a copy

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
    event.waitUntil(
        (async () => {
            for (const name of await caches.keys()) {
                if (name.startsWith("oms-driver-") && name !== CACHE) {
                    await caches.delete(name);
                }
            }
            await self.clients.claim();
        })(),
    );
});

function isPage(request, url) {
    return request.mode === "navigate" && url.pathname.startsWith("/oms/driver");
}

function isFile(url) {
    return url.pathname.startsWith("/web/assets/") || url.pathname.startsWith("/web/image/");
}

/** Throw away copies of pages of last week. */
async function tidy(cache) {
    for (const request of await cache.keys()) {
        const copy = await cache.match(request);
        const date = copy && Date.parse(copy.headers.get("Date"));
        if (date && date < Date.now() - KEPT) {
            await cache.delete(request);
        }
    }
}

/** The network's answer, kept as a copy when it is the page itself. */
async function fresh(request, cache) {
    const response = await fetch(request);
    if (response.ok) {
        await cache.put(request.url, response.clone());
    } else if (response.type === "opaqueredirect" || response.status === 404) {
        await cache.delete(request.url); // logged out, or not this driver's any more
    }
    return response;
}

async function page(request) {
    const cache = await caches.open(CACHE);
    const copy = await cache.match(request.url);
    const answer = fresh(request, cache);
    if (!copy) {
        return answer;
    }
    const late = new Promise((resolve) => setTimeout(() => resolve(copy), PATIENCE));
    return Promise.race([answer.catch(() => copy), late]);
}

async function file(request) {
    const cache = await caches.open(CACHE);
    return (await cache.match(request.url)) || fresh(request, cache);
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (isPage(request, url)) {
        event.respondWith(page(request));
        event.waitUntil(caches.open(CACHE).then(tidy));
    } else if (isFile(url)) {
        event.respondWith(file(request));
    }
});
