import type { ComponentChildren } from 'preact';
import { useWords } from '../../i18n/i18n.tsx';
import iconUrl from '../../icon.svg';

type Props = {
  /** What the sidebar holds; narrow windows do not show it. */
  readonly side: ComponentChildren;
  /** What narrow windows show next to the name instead. */
  readonly top: ComponentChildren;
  readonly children: ComponentChildren;
};

/** The parts around every page. */
export function Frame({ side, top, children }: Props) {
  const { t } = useWords();
  return (
    <>
      <a class="skip button" href="#main">
        {t('app.skip')}
      </a>
      <header class="topbar">
        <Brand />
        {top}
      </header>
      <div class="shell">
        <aside class="side">
          <div class="side-inner">
            <Brand />
            {side}
          </div>
        </aside>
        <main class="main" id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
}

export function Brand() {
  return (
    <div class="brand">
      <img src={iconUrl} alt="" />
      Waverify
    </div>
  );
}
