import { registry } from "@web/core/registry";

// A manager finds the order on hold, reads why, releases it and sends it on its way.
registry.category("web_tour.tours").add("oms_hold", {
    url: "/odoo/oms-orders",
    steps: () => [
        {
            content: "open the order",
            trigger: ".o_list_view .o_data_row:contains('On Hold') .o_data_cell[name='partner_id']",
            run: "click",
        },
        {
            content: "the reason is told in a sentence",
            trigger: ".o_form_view .alert-warning .o_data_row:contains('125.00')",
        },
        {
            content: "release it",
            trigger: ".o_form_view .alert-warning button[name='action_release']",
            run: "click",
        },
        {
            content: "nothing holds it any more: assign and confirm",
            trigger: ".o_form_view:not(:has(.alert-warning:visible)) button[name='action_oms_process']:visible",
            run: "click",
        },
        {
            content: "it is a sales order now, with its delivery",
            trigger: ".o_form_view .o_arrow_button_current:contains('Sales Order')",
        },
        {
            content: "and its history of holds is kept",
            trigger: ".o_form_view .o_notebook .nav-link[name='oms_channel']",
            run: "click",
        },
        {
            content: "released, by whom",
            trigger: ".o_form_view .o_field_widget[name='oms_hold_ids'] .o_data_row:contains('Released')",
        },
    ],
});
