/** What the media host does wrong, on purpose. */
export type MediaFaults = {
  /** Answers every upload with this HTTP status. */
  uploadStatus?: number;
  /** Names this host for uploads before the right one. */
  uploadHost?: string;
  /** Answers every download with this HTTP status: 404 or 410 a file that is gone, 403 an old link. */
  downloadStatus?: number;
  /** Changes one bit of the byte at this place of the blob. */
  flipAt?: number;
  /** Ends after as many bytes, and says so in the length. */
  truncateAt?: number;
  /** Says another length than it sends; more than that is cut off, less breaks the connection. */
  contentLength?: number;
  /** Waits so long before the first byte. */
  delayMs?: number;
  /** Sends the blob in pieces of this size, with `delayMs` before each. */
  pieceBytes?: number;
  /** Sends to another address. */
  redirectTo?: string;
  /** What a phone does that is asked for a file again: nothing, or it has none either. */
  reupload?: 'silent' | 'not_found';
};
