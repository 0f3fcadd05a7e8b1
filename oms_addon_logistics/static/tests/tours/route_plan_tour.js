import { registry } from "@web/core/registry";

const pins = ".oms_map_widget .leaflet-marker-pane .oms_map_pin";

registry.category("web_tour.tours").add("oms_route_plan", {
    url: "/odoo/action-oms_addon_logistics.oms_route_plan_action",
    steps: () => [
        {
            content: "make a plan for today",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "find what is ready",
            trigger: ".o_form_view button[name='action_collect']",
            run: "click",
        },
        {
            content: "plan the routes",
            trigger: ".o_form_view button[name='action_plan']:contains('Plan Routes')",
            run: "click",
        },
        {
            content: "the trips are there; look at the map",
            trigger: ".o_form_view:has(button[name='action_dispatch']) .nav-link[name='map']",
            run: "click",
        },
        {
            content: "the stops are on it, and the trip in the legend",
            trigger: `.oms_map_widget:has(${pins}) button:contains('TRIP')`,
            run: "click",
        },
        {
            content: "hidden; show it again",
            trigger: `.oms_map_widget:not(:has(${pins})) button[aria-pressed='false']`,
            run: "click",
        },
        {
            content: "open the trips",
            trigger: `.o_form_view:has(${pins}) button[name='action_view_trips']`,
            run: "click",
        },
        {
            content: "open one",
            trigger: ".o_list_view .o_data_row:first .o_data_cell[name='name']",
            run: "click",
        },
        {
            content: "its map",
            trigger: ".o_form_view:has([name='stop_ids']) .nav-link[name='map']",
            run: "click",
        },
        {
            content: "has its stops",
            trigger: pins,
        },
    ],
});
