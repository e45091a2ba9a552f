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

function Brand() {
  return (
    <div class="brand">
      <img src={iconUrl} alt="" />
      Waverify
    </div>
  );
}

type WelcomeProps = {
  /** What stands below the card. */
  readonly foot?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** A page with one card, for those who are not signed in. */
export function WelcomeFrame({ foot, children }: WelcomeProps) {
  return (
    <main class="welcome">
      <div class="welcome-box">
        <Brand />
        <div class="card">
          <div class="card-body">{children}</div>
        </div>
        {foot}
      </div>
    </main>
  );
}
