import type { Caller } from '../../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../../domain/access/key-restrictions.ts';
import { hasLabel } from '../../../domain/delivery/channel-name.ts';
import {
  fillTemplate,
  findTemplateFault,
  type MessageTemplate,
  type StoredTemplate,
  toTemplateText,
} from '../../../domain/delivery/message-template.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Page, type PageRequest, toPage } from '../../../domain/page.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { measureSms, type SmsSize } from '../../../lib/sms-segments.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { TemplateStore, TemplateTarget } from '../../../storage/delivery/template-store.ts';
import type { ActivityService } from '../../activity/activity-service.ts';
import type { EnabledChannel } from '../context.ts';
import { listLinkDomains, type SenderContext } from '../sender-settings.ts';
import { assertEnabled } from '../workflow.ts';
import type { TextContext } from './message-text.ts';

/** What managing the message templates of accounts needs. Built once, by the composition root. */
export type TemplateContext = {
  readonly templates: TemplateStore;
  readonly knownTemplates: TextContext['knownTemplates'];
  readonly senders: SenderContext;
  readonly channels: readonly Pick<EnabledChannel, 'name'>[];
  /** The length and the lifetime of codes. */
  readonly policy: { readonly length: number; readonly ttlSeconds: number };
  readonly activity: ActivityService;
  readonly now: Clock;
};

/** A text as a recipient would see it, with an example of a code and a company. */
export type TemplatePreview = SmsSize & {
  readonly text: string;
  readonly example: string;
};

/** A stored template, with its preview. */
export type DescribedTemplate = StoredTemplate & TemplatePreview;

/** Bounds the memory of a node. It is no strict rule: parallel callers may exceed it slightly. */
const MOST_TEMPLATES = 200;

const EXAMPLE_DIGITS = '1234567890';
const EXAMPLE_COMPANY = 'Kopi & Roti';

/** As long as a company name may be. Names in other scripts can change the encoding. */
const LONGEST_COMPANY = 'M'.repeat(60);

export async function listTemplates(
  ctx: TemplateContext,
  { accountId }: Caller,
  request: PageRequest,
): Promise<Page<DescribedTemplate>> {
  const found = await ctx.templates.list(accountId, request);
  const page = toPage(found, request.limit, ({ id }) => id);
  return { ...page, items: await Promise.all(page.items.map((one) => describe(ctx, one))) };
}

/** @throws {AppError} `not_found`. */
export async function getTemplate(
  ctx: TemplateContext,
  { accountId }: Caller,
  target: TemplateTarget,
): Promise<DescribedTemplate> {
  const found = await ctx.templates.find(accountId, target);
  if (found) return describe(ctx, found);
  throw new AppError('not_found', 'No such template');
}

/**
 * Creates a template, or replaces its text.
 * @throws {AppError} `validation_failed` for `text`, for a channel with a label that is not enabled, or with too many
 *   templates; `forbidden` for a key that is restricted to a part of the account, since the whole account uses the
 *   template.
 */
export async function saveTemplate(
  ctx: TemplateContext,
  caller: Caller,
  { channel, locale, ...draft }: MessageTemplate,
): Promise<DescribedTemplate> {
  const { templates, knownTemplates } = ctx;
  const { accountId } = caller;
  assertSeesWholeAccount(caller.restrictions);
  // A template for a kind may be saved before its channel is enabled, but a label is only known from OTP_CHANNELS.
  if (hasLabel(channel)) assertEnabled(ctx, channel, 'channel');
  const text = await readTemplateText(ctx, caller, draft.text);
  const target = { channel, locale };
  const present = await templates.listAll(accountId);
  const isNew = !present.some((one) => one.channel === channel && one.locale === locale);
  if (isNew && present.length >= MOST_TEMPLATES) {
    const message = `An account can have at most ${MOST_TEMPLATES} templates`;
    throw new AppError('validation_failed', message);
  }
  await auditChange(ctx, caller, target, 'saved');
  await templates.save(accountId, { ...target, text }, ctx.now());
  knownTemplates.forget(accountId);
  return getTemplate(ctx, caller, target);
}

/** @throws {AppError} `not_found`; `forbidden` as `saveTemplate`. */
export async function removeTemplate(
  ctx: TemplateContext,
  caller: Caller,
  target: TemplateTarget,
): Promise<void> {
  assertSeesWholeAccount(caller.restrictions);
  await auditChange(ctx, caller, target, 'removed');
  const isRemoved = await ctx.templates.remove(caller.accountId, target);
  ctx.knownTemplates.forget(caller.accountId);
  if (!isRemoved) throw new AppError('not_found', 'No such template');
}

/** Shows what a text would look like, without saving it. @throws {AppError} `validation_failed` for `text`. */
export async function previewTemplate(
  ctx: TemplateContext,
  caller: Caller,
  draft: string,
): Promise<TemplatePreview> {
  return describe(ctx, { text: await readTemplateText(ctx, caller, draft) });
}

/** Adds an example of a text, and the size of the longest message that it makes. */
async function describe<T extends { readonly text: string }>(
  { policy: { length, ttlSeconds } }: TemplateContext,
  template: T,
): Promise<T & TemplatePreview> {
  const code = EXAMPLE_DIGITS.slice(0, length);
  const fill = (company: string) => fillTemplate(template.text, { code, company, ttlSeconds });
  const size = await measureSms(fill(LONGEST_COMPANY));
  return { ...template, example: fill(EXAMPLE_COMPANY), ...size };
}

async function readTemplateText(
  { senders }: TemplateContext,
  { accountId }: Caller,
  draft: string,
): Promise<string> {
  const text = toTemplateText(draft);
  const fault = findTemplateFault(text, await listLinkDomains(senders, accountId));
  if (fault) throw invalidField('text', fault.message, fault.code);
  return text;
}

function auditChange(
  { activity }: TemplateContext,
  caller: Caller,
  { channel, locale }: TemplateTarget,
  what: string,
): Promise<void> {
  const details = `${channel} ${locale}: ${what}`;
  return activity.audit(caller, { action: 'template_change', status: 'success', details });
}
