import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Map of the record's depots, routes and stops: <widget name="oms_map"/> in a form of
 * any model that has the method oms_map_data().
 */
export class OmsMapWidget extends Component {
    static template = "oms_addon_logistics.OmsMapWidget";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.sheet = useRef("sheet");
        this.keepLast = new KeepLast();
        this.state = useState({ data: null, hidden: {}, failed: false });
        this.handle = null;

        onWillStart(() => loadBundle("oms_addon_logistics.assets_map"));
        useEffect(
            () => {
                this.load();
            },
            () => [
                this.props.record.id,
                this.props.record.resId,
                this.props.record.data.write_date?.ts,
                this.props.record.data.state,
            ],
        );
        useEffect(
            () => this.draw(),
            () => [this.state.data, this.sheet.el],
        );
        onWillUnmount(() => this.erase());
    }

    get trips() {
        const trips = this.state.data?.trips || [];
        return trips.map((trip, index) => ({
            ...trip,
            css: window.OmsMap.colorOf(trip, index),
        }));
    }

    /** Text about what the map can't show, or "". */
    get missingText() {
        const missing = this.state.data?.missing || 0;
        if (!missing) {
            return "";
        }
        return missing === 1
            ? _t("1 stop has no coordinates and is not on the map.")
            : _t("%s stops have no coordinates and are not on the map.", missing);
    }

    get isEmpty() {
        const data = this.state.data;
        return data && !data.trips.length && !data.loose.length && !data.depots.length;
    }

    async load() {
        const { resModel, resId } = this.props.record;
        if (!resId) {
            this.state.data = null;
            return;
        }
        try {
            const data = await this.keepLast.add(
                this.orm.silent.call(resModel, "oms_map_data", [[resId]]),
            );
            this.state.failed = false;
            this.state.data = data;
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    draw() {
        this.erase();
        if (!this.state.data || !this.sheet.el) {
            return;
        }
        const labels = { north: _t("N"), south: _t("S"), east: _t("E"), west: _t("W") };
        this.handle = window.OmsMap.draw(this.sheet.el, { ...this.state.data, labels });
        this.state.hidden = {};
    }

    erase() {
        this.handle?.destroy();
        this.handle = null;
    }

    toggle(trip) {
        this.state.hidden[trip.id] = !this.state.hidden[trip.id];
        const shown = this.trips.filter((other) => !this.state.hidden[other.id]);
        this.handle.show(new Set(shown.map((other) => other.id)));
    }

    fit() {
        this.handle?.fit();
    }
}

export const omsMapWidget = {
    component: OmsMapWidget,
    fieldDependencies: [{ name: "write_date", type: "datetime" }],
    additionalClasses: ["w-100"],
};

registry.category("view_widgets").add("oms_map", omsMapWidget);
