import { useEffect, useState } from 'preact/hooks';

/** Changes when the colour scheme changes, by the user's choice or by the device. */
export function useScheme(): string {
  const [scheme, setScheme] = useState('');
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const read = () => {
      setScheme(`${document.documentElement.dataset['theme'] ?? 'system'} ${query.matches}`);
    };
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    query.addEventListener('change', read);
    read();
    return () => {
      observer.disconnect();
      query.removeEventListener('change', read);
    };
  }, []);
  return scheme;
}
