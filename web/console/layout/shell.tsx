import { type ComponentChildren, Fragment } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { AccountContext, useAccountChoice } from '../../hooks/use-account.ts';
import { ReadinessContext, useWatchedReadiness } from '../../hooks/use-readiness.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { AccountMenu } from './account-menu.tsx';
import { AccountSwitcher } from './account-switcher.tsx';
import { Frame } from './frame.tsx';
import { Navigation } from './navigation.tsx';
import { MovedContext } from './page.tsx';
import { SendingBanner } from './sending-banner.tsx';

type Props = {
  readonly path: string;
  readonly onSignOut: () => void;
  readonly children: ComponentChildren;
};

/** The frame around every page, and what all pages share. */
export function Shell({ path, onSignOut, children }: Props) {
  const choice = useAccountChoice();
  const readiness = useWatchedReadiness(choice.accountId);
  const menu = { path, onSignOut };
  return (
    <AccountContext.Provider value={choice}>
      <ReadinessContext.Provider value={readiness}>
        <MovedContext.Provider value={useHasMoved(path)}>
          <Frame side={<Menu {...menu} />} top={<MenuButton {...menu} />}>
            <div class="page">
              <SendingBanner />
              <Fragment key={choice.accountId}>{children}</Fragment>
            </div>
          </Frame>
        </MovedContext.Provider>
      </ReadinessContext.Provider>
    </AccountContext.Provider>
  );
}

/** Whether another page was shown before, in the same document. */
function useHasMoved(path: string): boolean {
  const first = useRef(path);
  const hasMoved = useRef(false);
  hasMoved.current ||= path !== first.current;
  return hasMoved.current;
}

type MenuProps = Omit<Props, 'children'>;

function Menu({ path, onSignOut }: MenuProps) {
  return (
    <>
      <AccountSwitcher />
      <Navigation path={path} />
      <AccountMenu onSignOut={onSignOut} />
    </>
  );
}

/** The sidebar of narrow windows: a dialog, which closes when another page opens. */
function MenuButton(menu: MenuProps) {
  const { t } = useWords();
  const [openedAt, setOpenedAt] = useState<string>();
  const isOpen = openedAt === menu.path;
  return (
    <>
      <button
        type="button"
        class="button compact"
        aria-expanded={isOpen}
        onClick={() => setOpenedAt(menu.path)}
      >
        <Icon name="menu" />
        {t('app.menu')}
      </button>
      {isOpen && (
        <Dialog title={t('app.menu')} onClose={() => setOpenedAt(undefined)}>
          <Menu {...menu} />
        </Dialog>
      )}
    </>
  );
}
