/** Where WhatsApp takes files, and the permission to put them there. Valid for some minutes. */
export type MediaConnection = {
  readonly auth: string;
  /** Host names, some with a port, in the order in which they should be tried. */
  readonly hosts: readonly string[];
};
