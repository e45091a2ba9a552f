const PLACE = 'waverify.theme';

const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export function readTheme(): Theme {
  const kept = localStorage.getItem(PLACE);
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Sets light or dark colours; `system` follows the device. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(PLACE, theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
