import { join } from 'node:path';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyPluginAsync, fastify } from 'fastify';
import { audienceRoutes } from '../features/audiences/audience-routes.ts';
import { campaignControlRoutes } from '../features/campaigns/campaign-control-routes.ts';
import { campaignsRoutes } from '../features/campaigns/campaigns-routes.ts';
import type { QuotaSource } from '../features/campaigns/refresh-quota.ts';
import { templateRoutes } from '../features/campaigns/templates/template-routes.ts';
import { codeRoutes } from '../features/coupons/codes/code-routes.ts';
import { couponRoutes } from '../features/coupons/coupons-routes.ts';
import { redemptionRoutes } from '../features/coupons/redemptions-routes.ts';
import { voidRoutes } from '../features/coupons/voiding/void-routes.ts';
import { flowRoutes } from '../features/flows/flow-routes.ts';
import { accountLinkRoutes } from '../features/members/account-link-routes.ts';
import { revealRoutes } from '../features/members/reveal/reveal-routes.ts';
import { activityRoutes } from '../features/points/activities/activity-routes.ts';
import { adjustmentRoutes } from '../features/points/adjustments/adjustment-routes.ts';
import { purchaseRoutes } from '../features/purchases/purchase-routes.ts';
import { returnRoutes } from '../features/purchases/return-routes.ts';
import { suspectsRoutes } from '../features/referrals/farms/suspects-routes.ts';
import { draftsRoutes } from '../features/rules/drafts/drafts-routes.ts';
import { dryRunRoutes } from '../features/rules/dry-run/dry-run-routes.ts';
import { rulesRoutes } from '../features/rules/rules-routes.ts';
import { apiRoutes } from '../features/staff/api-routes.ts';
import type { ApprovalKinds } from '../features/staff/approvals/approval-kind-rules.ts';
import { approvalsRoutes } from '../features/staff/approvals/approvals-routes.ts';
import { auditRoutes } from '../features/staff/audit/audit-routes.ts';
import { apiKeysRoutes } from '../features/staff/door/api-keys-routes.ts';
import { counterRoutes } from '../features/staff/door/counter-routes.ts';
import { devicesRoutes } from '../features/staff/door/devices-routes.ts';
import { lineLinkRoutes, lineLoginPages } from '../features/staff/door/line-login-routes.ts';
import { ownAccountRoutes } from '../features/staff/door/own-account-routes.ts';
import { peopleRoutes } from '../features/staff/door/people-routes.ts';
import { sessionRoutes } from '../features/staff/door/session-routes.ts';
import type { StaffContext } from '../features/staff/door/staff-context.ts';
import { storeRoutes } from '../features/stores/stores-routes.ts';
import { readEarnPercent } from '../features/tiers/earn-percent-reads.ts';
import { lookupMemberRoutes } from '../features/tiers/lookup-member-routes.ts';
import { readTierKeys } from '../features/tiers/tier-keys-reads.ts';
import { answerNotFound, answerProblems } from '../foundation/http.ts';
import { countInbox } from '../inbox/inbox-reads.ts';
import type { EventStore } from '../inbox/store-events.ts';
import { webhookRoutes } from '../inbox/webhook-routes.ts';
import type { House } from '../line/turn.ts';
import { listAlarms } from '../outbox/outbox-reads.ts';
import { consoleRoutes } from './console/console-routes.ts';
import { memberCodeRoutes } from './member-code/member-code-routes.ts';
import { healthRoutes } from './operations/health-routes.ts';
import { operationMeasures, type Sending } from './operations/measures.ts';
import { rulesPageRoutes } from './rules/rules-page-routes.ts';
import { staffPageRoutes } from './staff/staff-page-routes.ts';

/** Where `npm run build` puts the pages. */
const distDir = join(import.meta.dirname, '../../dist/browser');

export type DoorParts = {
  settings: {
    hasWeb: boolean;
    publicUrl: string;
    /** How many proxies stand in front: so many addresses from the right of X-Forwarded-For are believed. */
    proxyCount: number;
    metricsToken: string | undefined;
    alertWebhookUrl?: string | undefined;
    line: { channelSecrets: readonly string[] };
  };
  api: StaffContext;
  /** Asked before a campaign is weighed. */
  line: QuotaSource;
  approvalKinds: ApprovalKinds;
  house(): Promise<House>;
  store: EventStore;
  ourUserId(): string | null;
  outboxHeld(): string | null;
  /** What the courier of this process did, for /metrics. */
  sending: Sending;
  /** A till or another system wrote something: there may be something to send. */
  afterWrite(): void;
};

/** Every address that this process answers under; without the web role only health and metrics. */
export async function openDoors(parts: DoorParts): Promise<FastifyInstance> {
  const { settings, api } = parts;
  const http = fastify({ trustProxy: (_address, hop) => hop < settings.proxyCount, requestTimeout: 15_000 });
  http.setErrorHandler(answerProblems(api.log));
  http.setNotFoundHandler(answerNotFound);
  if (settings.hasWeb) await http.register(webhookRoutes(lineDoor(parts)));
  await http.register(browserDoors(parts));
  return http;
}

function lineDoor({ settings, store, ourUserId, api }: DoorParts) {
  return { channelSecrets: settings.line.channelSecrets, store, ourUserId, log: api.log };
}

/** All but LINE's door, in a scope of its own: the headers that protect browsers cost a tenth of a webhook. */
function browserDoors(parts: DoorParts): FastifyPluginAsync {
  const { settings, api } = parts;
  return async (http) => {
    await http.register(helmet, {
      contentSecurityPolicy: {
        directives: {
          'script-src': ["'self'"],
          'style-src': ["'self'"],
          'img-src': ["'self'", 'data:', 'https:'],
          'frame-ancestors': ["'self'"],
          'upgrade-insecure-requests': null,
        },
      },
      strictTransportSecurity: settings.publicUrl.startsWith('https:'),
    });
    await http.register(
      healthRoutes({
        metricsToken: settings.metricsToken,
        checks: readinessChecks(parts),
        measures: operationMeasures({ ...api, sending: parts.sending }),
      }),
    );
    if (!settings.hasWeb) return;
    http.addHook('onResponse', async (request, reply) => {
      if (request.method !== 'GET' && reply.statusCode < 300 && request.url.startsWith('/api/'))
        parts.afterWrite();
    });
    const alertWebhookUrl = settings.alertWebhookUrl ?? null;
    const rooms = [
      storeRoutes(api),
      audienceRoutes(api),
      couponRoutes(api, { readTierKeys }),
      redemptionRoutes(api, alertWebhookUrl),
      codeRoutes({ ...api, alertWebhookUrl }),
      voidRoutes(api),
      purchaseRoutes(api, { earnPercentOf: readEarnPercent, alertWebhookUrl }),
      returnRoutes(api),
      activityRoutes(api),
      lookupMemberRoutes(api),
      flowRoutes(api),
      templateRoutes(api),
      campaignsRoutes(api, parts.line),
      campaignControlRoutes(api, parts.line),
      accountLinkRoutes(api),
      sessionRoutes(api),
      ownAccountRoutes(api),
      lineLinkRoutes(api),
      counterRoutes(api),
      peopleRoutes(api),
      devicesRoutes(api),
      apiKeysRoutes(api),
      auditRoutes(api),
      approvalsRoutes(api, parts.approvalKinds),
      revealRoutes(api),
      adjustmentRoutes(api),
      rulesRoutes(api),
      draftsRoutes(api),
      suspectsRoutes(api),
      dryRunRoutes(api),
    ];
    await http.register(apiRoutes(api, rooms), { prefix: '/api/v1' });
    http.get('/api/docs', (_request, reply) => reply.redirect('/api/v1/docs/', 308));
    await http.register(lineLoginPages(api));
    await http.register(consoleRoutes({ distDir }));
    await http.register(staffPageRoutes({ distDir }));
    await http.register(memberCodeRoutes({ ...api, house: parts.house }));
    await http.register(rulesPageRoutes({ ...api, house: parts.house }));
  };
}

function readinessChecks(parts: { api: StaffContext; outboxHeld(): string | null }) {
  const { db } = parts.api;
  return [
    {
      name: 'database',
      check: async () => {
        await countInbox(db);
        return { ok: true };
      },
    },
    {
      name: 'outbox',
      check: async () => {
        const held = parts.outboxHeld();
        const alarms = await listAlarms(db);
        const detail = [...(held ? [`held: ${held}`] : []), ...alarms.map((alarm) => alarm.message)].join(
          '; ',
        );
        return { ok: held !== 'restored', ...(detail && { detail }) };
      },
    },
  ];
}
