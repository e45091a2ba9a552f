import { useEffect, useState } from 'preact/hooks';

const CHANGED = 'waverify:address';

/** Shows another page, and moves the focus to it as a new document would. */
export function navigate(path: string): void {
  if (path !== location.pathname + location.search) history.pushState(null, '', path);
  dispatchEvent(new Event(CHANGED));
}

/** The path of the address, as it changes. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const read = () => setPath(location.pathname);
    addEventListener(CHANGED, read);
    addEventListener('popstate', read);
    return () => {
      removeEventListener(CHANGED, read);
      removeEventListener('popstate', read);
    };
  }, []);
  return path;
}

/** Whether a click asks for this tab, and not for a new one or a download. */
export function isPlainClick(event: MouseEvent): boolean {
  const { button, metaKey, ctrlKey, shiftKey, altKey } = event;
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;
}
