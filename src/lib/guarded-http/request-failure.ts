/** Why there is no response, for programs. `aborted`: the caller gave up, for example because the node stops. */
export type RequestFailureCode = 'timeout' | 'aborted' | 'dns' | 'connection' | 'tls' | 'protocol';

/** Safe to show to the customer: without addresses and names of our network. */
export type RequestFailure = { readonly code: RequestFailureCode; readonly message: string };

const SENTENCES = {
  timeout: 'the endpoint did not respond in time',
  aborted: 'the request was cancelled',
  dns: 'the host name could not be resolved',
  connection: 'the connection failed',
  tls: 'the TLS handshake failed',
  protocol: 'the response is not valid HTTP',
} as const satisfies Record<RequestFailureCode, string>;

/** Codes of Node for certificates (`X509`) and handshakes. */
const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_)/;

/** Of the lookup of a host name: it is not known, or no name server responds. */
const DNS_CODE = /^(?:ENOTFOUND|EAI_AGAIN)$/;

const PROTOCOL_CODE = /^UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/;
/** The error of undici's parser, which has no code for most faults. */
const PARSER_ERROR = 'HTTPParserError';

/** The client was closed. */
const CLOSED_CODE = 'UND_ERR_DESTROYED';

const SHOWN_CODE = /^[A-Z][A-Z0-9_]{2,60}$/;

export function failureOf(code: RequestFailureCode, error?: unknown): RequestFailure {
  const detail = codeOf(error);
  const shown = SHOWN_CODE.test(detail) ? ` (${detail})` : '';
  return { code, message: `${SENTENCES[code]}${shown}` };
}

/** Describes what undici threw. Unknown errors count as those of the connection. */
export function failureOfRequest(error: unknown): RequestFailure {
  const code = codeOf(error);
  if (TLS_CODE.test(code)) return failureOf('tls', error);
  if (DNS_CODE.test(code)) return failureOf('dns', error);
  if (PROTOCOL_CODE.test(code) || isParserError(error)) return failureOf('protocol', error);
  if (code === CLOSED_CODE) return failureOf('aborted');
  return failureOf(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'connection', error);
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === PARSER_ERROR;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code ?? '') : '';
}
