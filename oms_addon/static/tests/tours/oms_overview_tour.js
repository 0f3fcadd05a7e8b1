import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("oms_overview", {
    url: "/odoo/oms-overview",
    steps: () => [
        {
            content: "look at everything",
            trigger: ".o_oms_overview button[data-period='all']",
            run: "click",
        },
        {
            content: "an order is on hold; open what is on hold",
            trigger:
                ".o_oms_overview:has(button[data-period='all'].active) [data-figure='held']:not(.o_oms_zero)",
            run: "click",
        },
        {
            content: "its list",
            trigger: ".o_list_view .o_data_row .o_data_cell:contains('Customer A-1')",
        },
        {
            content: "and back",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains('Overview') a",
            run: "click",
        },
        {
            content: "the choice is kept; open the holds of a reason",
            trigger:
                ".o_oms_overview:has(button[data-period='all'].active) [data-breakdown='holds'] .o_oms_row",
            run: "click",
        },
        {
            content: "the holds are listed",
            trigger: ".o_list_view .o_data_row .o_data_cell[name='reason']",
        },
    ],
});
