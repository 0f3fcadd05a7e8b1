import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("oms_portal_return", {
    steps: () => [
        {
            content: "open the return form from the order",
            trigger: "a.btn:contains('Return goods')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "return one shirt",
            trigger: ".o_oms_return_form li:contains('Shirt') input[type=number]",
            run: "edit 1",
        },
        {
            content: "say why",
            trigger: ".o_oms_return_form select[name=reason_id]",
            run: "selectByLabel Wrong size or does not fit",
        },
        {
            content: "ask for another one",
            trigger: ".o_oms_return_form label[for=kind_exchange]",
            run: "click",
        },
        {
            content: "send",
            trigger: ".o_oms_return_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the return is approved",
            trigger: ".o_oms_return_page .badge:contains('Approved')",
        },
    ],
});
