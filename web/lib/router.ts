import { useEffect, useState } from 'preact/hooks';
import { base } from './base.ts';

const CHANGED = 'waverify:address';

/** Shows another page and moves the focus to it, as in a new document. */
export function navigate(path: string): void {
  const address = base + path;
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  dispatchEvent(new Event(CHANGED));
}

/** The current path of the URL. */
export function usePath(): string {
  const [path, setPath] = useState(readPath);
  useEffect(() => onChange(() => setPath(readPath())), []);
  return path;
}

/** The path without the prefix of a proxy. */
function readPath(): string {
  const { pathname } = location;
  return (pathname.startsWith(`${base}/`) && pathname.slice(base.length)) || '/';
}

type Query = Readonly<Record<string, string>>;

/**
 * The current values of these query parameters, and a function to change them. They survive a reload,
 * the Back button and sharing the link.
 */
export function useQuery<T extends Query>(defaults: T) {
  const [search, setSearch] = useState(location.search);
  useEffect(() => onChange(() => setSearch(location.search)), []);
  const given = new URLSearchParams(search);
  const query = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, given.get(name) ?? value]),
  ) as { readonly [Name in keyof T]: string };

  /** Replaces the history entry, so that Back does not undo filters. */
  function setQuery(next: { readonly [Name in keyof T]: string }): void {
    const changed = Object.entries(next).filter(([name, value]) => value !== defaults[name]);
    const text = new URLSearchParams(changed).toString();
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

/** Whether a click opens the link in this tab, not in a new one or as a download. */
export function isPlainClick(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
}
