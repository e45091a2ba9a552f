import { useEffect, useState } from 'preact/hooks';
import { base } from './base.ts';

const CHANGED = 'waverify:address';

/** Shows another page, and moves the focus to it as a new document would. */
export function navigate(path: string): void {
  const address = base + path;
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  dispatchEvent(new Event(CHANGED));
}

/** The path of the address, as it changes. */
export function usePath(): string {
  const [path, setPath] = useState(readPath);
  useEffect(() => onChange(() => setPath(readPath())), []);
  return path;
}

/** Without what a proxy has put before it. */
function readPath(): string {
  const { pathname } = location;
  return (pathname.startsWith(`${base}/`) && pathname.slice(base.length)) || '/';
}

type Query = Readonly<Record<string, string>>;

/**
 * What the query of the address says under these names, as it changes, and the way to change it: so
 * what is shown stays the same over a reload, for the browser's Back and in a link that is shared.
 */
export function useQuery<T extends Query>(defaults: T) {
  const [search, setSearch] = useState(location.search);
  useEffect(() => onChange(() => setSearch(location.search)), []);
  const given = new URLSearchParams(search);
  const query = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, given.get(name) ?? value]),
  ) as { readonly [Name in keyof T]: string };

  /** In place: a filter is no step for Back to undo. */
  function setQuery(next: { readonly [Name in keyof T]: string }): void {
    const told = Object.entries(next).filter(([name, value]) => value !== defaults[name]);
    const text = new URLSearchParams(told).toString();
    history.replaceState(null, '', location.pathname + (text && `?${text}`));
    dispatchEvent(new Event(CHANGED));
  }

  return [query, setQuery] as const;
}

function onChange(read: () => void): () => void {
  addEventListener(CHANGED, read);
  addEventListener('popstate', read);
  return () => {
    removeEventListener(CHANGED, read);
    removeEventListener('popstate', read);
  };
}

/** Whether a click asks for this tab, and not for a new one or a download. */
export function isPlainClick(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
}
