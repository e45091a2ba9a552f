/** Lists and figures that operators see of all accounts, or of the one that they name. */
const PATHS =
  /^[/]api[/](sessions|users|usage|channels[/]ready|analytics[/](dashboard|funnel|conversion-drops|export|logs[/]\w+))$/;

/** Whether a read accepts the query parameter `accountId`. */
export function acceptsAccount(path: string): boolean {
  return PATHS.test(path);
}
