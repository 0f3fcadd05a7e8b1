import { registry } from "@web/core/registry";

const first = ".oms_stop:first-of-type";
const second = ".oms_stop:nth-of-type(2)";

/** Draw a line on the signature field, as a finger would. */
function sign(canvas) {
    const box = canvas.getBoundingClientRect();
    const at = (type, x, y) =>
        canvas.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                cancelable: true,
                clientX: box.left + x,
                clientY: box.top + y,
            }),
        );
    at("pointerdown", 20, 20);
    at("pointermove", 60, 70);
    at("pointermove", 120, 30);
    at("pointerup", 120, 30);
}

/** Choose a picture, as the camera would. */
async function takePhoto(input) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    canvas.getContext("2d").fillRect(8, 8, 32, 32);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    const files = new DataTransfer();
    files.items.add(new File([blob], "door.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

registry.category("web_tour.tours").add("oms_driver_page", {
    steps: () => [
        {
            content: "open the trip",
            trigger: "a.oms_trip",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "start it",
            trigger: "[data-trip-state='dispatched'] button[data-action='start']",
            run: "click",
        },
        {
            content: "the first stop is the next one; arrive",
            trigger: `[data-trip-state='started'] ${first}.is-next button[data-action='arrive']`,
            run: "click",
        },
        {
            content: "open the delivery form",
            trigger: `${first}[data-state='arrived'] button[data-action='deliver']`,
            run: "click",
        },
        {
            content: "a name is needed",
            trigger: "#oms_sheet_deliver button[type='submit']",
            run: "click",
        },
        {
            content: "take the customer's name",
            trigger: "#oms_sheet_deliver:has([data-error='recipient_name']:not([hidden])) .oms_choice_name",
            run: "click",
        },
        {
            content: "take a photo",
            trigger: "#oms_sheet_deliver .oms_photo",
            run: ({ anchor }) => takePhoto(anchor.querySelector("input")),
        },
        {
            content: "let the customer sign",
            trigger: "#oms_sheet_deliver:has(.oms_photo_preview:not([hidden])) canvas",
            run: ({ anchor }) => sign(anchor),
        },
        {
            content: "confirm",
            trigger: "#oms_sheet_deliver button[type='submit']",
            run: "click",
        },
        {
            content: "the server has it, and the second stop is next",
            trigger: `body:has(${first}[data-state='delivered']:not([data-waiting])) ${second}.is-next.is-open button[data-action='fail']`,
            run: "click",
        },
        {
            content: "choose the reason",
            trigger: "#oms_sheet_fail .oms_choice:not([data-needs-note])",
            run: "click",
        },
        {
            content: "report it",
            trigger: "#oms_sheet_fail button[type='submit']",
            run: "click",
        },
        {
            content: "two of three are done and sent",
            trigger: `body:has(${second}[data-state='failed']:not([data-waiting])) #oms_count:contains('2 / 3')`,
        },
    ],
});
