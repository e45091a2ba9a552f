/** What the document says alike of every route about sessions. */
export const SESSION_TAGS = ['Sessions'];

export const REFUSED = 'Not valid: the answer names the fields';
export const NOT_FOUND = '`session_not_found`: there is no session of this name';
export const NOT_HERE = '`session_not_connected`: another node keeps the session';
export const UNAVAILABLE = 'The database, or WhatsApp, is out of reach: try again';
