import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REFRESH_MS = 30000;
const STORED = "oms_addon.overview.period";

/**
 * The start page: figures of the day, each a door to its records.
 */
export class Overview extends Component {
    static template = "oms_addon.Overview";
    static components = { Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.periods = [
            { key: "today", label: _t("Today") },
            { key: "week", label: _t("7 days") },
            { key: "month", label: _t("30 days") },
            { key: "all", label: _t("All") },
        ];
        const stored = this.props.state || {};
        this.state = useState({
            period: stored.period || browser.localStorage.getItem(STORED) || "today",
            channelId: stored.channelId || false,
            data: null,
            isStale: false,
            updatedAt: null,
        });
        useSetupAction({
            getLocalState: () => ({
                period: this.state.period,
                channelId: this.state.channelId,
            }),
        });
        onWillStart(() => this.load());
        this.timer = browser.setInterval(() => this.refresh(), REFRESH_MS);
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async load(orm = this.orm) {
        const data = await this.keepLast.add(
            orm.call("oms.overview", "get_figures", [], {
                period: this.state.period,
                channel_id: this.state.channelId,
            })
        );
        this.state.data = data;
        this.state.channelId = data.channel_id;
        this.state.isStale = false;
        this.state.updatedAt = luxon.DateTime.now();
    }

    /** Without disturbing: a page nobody looks at and a lost connection are left alone. */
    async refresh() {
        if (document.visibilityState === "hidden") {
            return;
        }
        try {
            await this.load(this.orm.silent);
        } catch {
            this.state.isStale = true;
        }
    }

    get periodLabel() {
        return this.periods.find((period) => period.key === this.state.period)?.label;
    }

    get channelLabel() {
        const { channels } = this.state.data;
        const channel = channels.find((c) => c.id === this.state.channelId);
        return channel ? channel.name : _t("All channels");
    }

    get updatedLabel() {
        return toLocaleDateTimeString(this.state.updatedAt);
    }

    setPeriod(period) {
        this.state.period = period;
        browser.localStorage.setItem(STORED, period);
        return this.load();
    }

    setChannel(channelId) {
        this.state.channelId = channelId;
        return this.load();
    }

    /** A pile that is empty needs no attention. */
    shownFigures(section) {
        return section.empty ? section.figures.filter((f) => f.value) : section.figures;
    }

    format(figure) {
        return formatFloat(figure.value, {
            digits: [16, figure.digits || 0],
            trailingZeros: true,
        });
    }

    tone(item) {
        return item.tone && item.value ? `text-${item.tone}-emphasis` : "";
    }

    open(action) {
        return this.action.doAction(action);
    }

    openChannels() {
        return this.action.doAction("oms_addon.oms_channel_action");
    }
}

registry.category("actions").add("oms_addon.overview", Overview);
