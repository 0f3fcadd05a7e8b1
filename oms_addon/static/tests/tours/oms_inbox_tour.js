import { registry } from "@web/core/registry";

// A clerk corrects a broken message: what is wrong stands on it, the content is
// mended by the test between the two tours, then it is processed again.
registry.category("web_tour.tours").add("oms_inbox_error", {
    url: "/odoo/oms-inbox",
    steps: () => [
        {
            content: "open the message that could not be read",
            trigger: ".o_list_view .o_data_row:contains('line 1') .o_data_cell[name='channel_id']",
            run: "click",
        },
        {
            content: "the reason is there",
            trigger: ".o_form_view .alert-danger:contains('line 1')",
        },
        {
            content: "and so is what came in",
            trigger: ".o_form_view .o_notebook .nav-link[name='original']",
            run: "click",
        },
        {
            content: "its headers and digest",
            trigger: ".o_form_view .o_field_widget[name='digest']",
        },
    ],
});

registry.category("web_tour.tours").add("oms_inbox_replay", {
    url: "/odoo/oms-inbox",
    steps: () => [
        {
            content: "open the message again",
            trigger: ".o_list_view .o_data_row .o_data_cell[name='channel_id']",
            run: "click",
        },
        {
            content: "it says that it was corrected",
            trigger: ".o_form_view .alert-info",
        },
        {
            content: "process it again",
            trigger: ".o_form_view button[name='action_process']:visible",
            run: "click",
        },
        {
            content: "it has become an order: open it",
            trigger: ".o_form_view button[name='action_view_order']:visible",
            run: "click",
        },
        {
            content: "the order is there",
            trigger: ".o_form_view .o_field_widget[name='order_line']",
        },
    ],
});
