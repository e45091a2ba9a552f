import type { SettingFault } from '../contract.ts';
import type { FailureRule } from './failure-rules.ts';
import type { ReceiptMapping, ReceiptStatus } from './receipts.ts';
import {
  type Placeholder,
  parseFormTemplate,
  parseJsonTemplate,
  parseUrlTemplate,
  type Template,
  TemplateError,
} from './template.ts';

/** The variables of the channel. */
export type HttpSettings = {
  readonly HTTP_CHANNEL_URL?: string | undefined;
  readonly HTTP_CHANNEL_TOKEN?: string | undefined;
  readonly HTTP_CHANNEL_METHOD: 'POST' | 'PUT' | 'GET';
  readonly HTTP_CHANNEL_HEADERS?: Readonly<Record<string, string>> | undefined;
  readonly HTTP_CHANNEL_BODY?: string | undefined;
  readonly HTTP_CHANNEL_BODY_TYPE: 'json' | 'form';
  readonly HTTP_CHANNEL_ID_PATH?: string | undefined;
  readonly HTTP_CHANNEL_FAILURES?: readonly FailureRule[] | undefined;
  readonly HTTP_CHANNEL_RECEIPT_ID_PATH?: string | undefined;
  readonly HTTP_CHANNEL_RECEIPT_STATUS_PATH?: string | undefined;
  readonly HTTP_CHANNEL_RECEIPT_STATUSES?: ReadonlyMap<string, ReceiptStatus> | undefined;
};

type Settings = Partial<HttpSettings>;

/** Returns how to read receipts; undefined if the gateway sends none. */
export function findReceiptMapping(values: Settings): ReceiptMapping | undefined {
  const {
    HTTP_CHANNEL_RECEIPT_ID_PATH: idPath,
    HTTP_CHANNEL_RECEIPT_STATUS_PATH: statusPath,
    HTTP_CHANNEL_RECEIPT_STATUSES: statuses,
  } = values;
  if (idPath === undefined || statusPath === undefined || statuses === undefined) return undefined;
  const hasProviderId = values.HTTP_CHANNEL_ID_PATH !== undefined;
  return { idPath, statusPath, statuses, hasProviderId };
}

/** Finds faults in the templates, and variables that are missing beside others. */
export function findFaults(values: Settings): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  const url = readTemplate('HTTP_CHANNEL_URL', () => parseUrl(values), faults);
  const body = readTemplate('HTTP_CHANNEL_BODY', () => parseBody(values), faults);
  if (faults.length > 0) return [...faults, ...findMissingReceiptSettings(values)];
  const names = new Set([...(url?.names ?? []), ...(body?.names ?? [])]);
  return [
    ...findMissingPlaceholders(values, names),
    ...findMissingReceiptSettings(values),
    ...findMissingId(values, names),
  ];
}

function parseUrl({ HTTP_CHANNEL_URL: url }: Settings): Template | undefined {
  return url === undefined ? undefined : parseUrlTemplate(url);
}

function parseBody(values: Settings): Template | undefined {
  const { HTTP_CHANNEL_BODY: body, HTTP_CHANNEL_BODY_TYPE: type } = values;
  if (values.HTTP_CHANNEL_METHOD === 'GET') {
    if (body === undefined) return undefined;
    throw new TemplateError(
      'is not sent with GET: put the placeholders into the query of HTTP_CHANNEL_URL',
    );
  }
  if (body !== undefined)
    return type === 'form' ? parseFormTemplate(body) : parseJsonTemplate(body);
  if (type === 'form') throw new TemplateError('is required for a form, such as to={{to}}');
  return undefined;
}

function readTemplate(
  variable: string,
  parse: () => Template | undefined,
  faults: SettingFault[],
): Template | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    faults.push([variable, error.message]);
    return undefined;
  }
}

/** Without a template, the body has all fields. */
function findMissingPlaceholders(
  values: Settings,
  names: ReadonlySet<Placeholder>,
): readonly SettingFault[] {
  const isGet = values.HTTP_CHANNEL_METHOD === 'GET';
  if (!isGet && values.HTTP_CHANNEL_BODY === undefined) return [];
  const variable = isGet ? 'HTTP_CHANNEL_URL' : 'HTTP_CHANNEL_BODY';
  const faults: SettingFault[] = [];
  if (!names.has('to') && !names.has('toDigits')) {
    faults.push([variable, 'needs {{to}} or {{toDigits}}, the number of the recipient']);
  }
  if (!names.has('code') && !names.has('text')) {
    faults.push([variable, 'needs {{text}}, the complete message, or {{code}}']);
  }
  return faults;
}

const RECEIPT_VARIABLES = [
  'HTTP_CHANNEL_RECEIPT_ID_PATH',
  'HTTP_CHANNEL_RECEIPT_STATUS_PATH',
  'HTTP_CHANNEL_RECEIPT_STATUSES',
] as const;

function findMissingReceiptSettings(values: Settings): readonly SettingFault[] {
  const missing = RECEIPT_VARIABLES.filter((name) => values[name] === undefined);
  if (missing.length === RECEIPT_VARIABLES.length) return [];
  return missing.map((name) => [name, 'is required when the gateway sends receipts']);
}

function findMissingId(values: Settings, names: ReadonlySet<Placeholder>): readonly SettingFault[] {
  const hasId = values.HTTP_CHANNEL_ID_PATH !== undefined || names.has('messageId');
  if (hasId || values.HTTP_CHANNEL_RECEIPT_ID_PATH === undefined) return [];
  return [
    [
      'HTTP_CHANNEL_RECEIPT_ID_PATH',
      'needs HTTP_CHANNEL_ID_PATH, or {{messageId}} in the request, so that receipts can be matched',
    ],
  ];
}
