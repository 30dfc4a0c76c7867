import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useKitWords } from './language.tsx';

/** One entry of the menu; `waiting` is a count that asks for attention. */
export type NavEntry = { path: string; label: string; icon: ReactNode; waiting?: number };

type Of = {
  brandName: string;
  /** Who is signed in: name and role. */
  person: { name: string; role: string };
  entries: readonly NavEntry[];
  /** At the foot of the menu: language, signing out. */
  foot: ReactNode;
  children: ReactNode;
};

/** Menu at the side on a desk, in a drawer on a phone; the page in the middle. */
export function Shell({ brandName, person, entries, foot, children }: Of) {
  const words = useKitWords();
  const [isOpen, drawer] = useDisclosure(false);
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);
  useEffect(() => {
    if (lastPath.current === path) return;
    lastPath.current = path;
    // A new page begins at its top, for eyes and for screen readers.
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  const menu = (onChosen: () => void) => (
    <div className="shell-menu">
      <div className="shell-person">
        <strong>{person.name}</strong>
        <span>{person.role}</span>
      </div>
      <NavList entries={entries} path={path} onChosen={onChosen} />
      <div className="shell-foot">{foot}</div>
    </div>
  );
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="shell-bar">
        <Burger opened={isOpen} onClick={drawer.toggle} aria-label={words.menu} size="sm" />
        <strong>{brandName}</strong>
      </header>
      <aside className="shell-side">
        <p className="shell-brand">{brandName}</p>
        {menu(() => undefined)}
      </aside>
      <Drawer
        opened={isOpen}
        onClose={drawer.close}
        title={brandName}
        size={300}
        lockScroll={false}
        classNames={{ title: 'dialog-title' }}
        closeButtonProps={{ 'aria-label': words.buttons.close }}
      >
        {menu(drawer.close)}
      </Drawer>
      <main id="main" className="shell-main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function NavList({
  entries,
  path,
  onChosen,
}: {
  entries: readonly NavEntry[];
  path: string;
  onChosen: () => void;
}) {
  const words = useKitWords();
  return (
    <nav aria-label={words.mainMenu}>
      <ul className="shell-nav">
        {entries.map((entry) => (
          <li key={entry.path}>
            <Link
              href={entry.path}
              onClick={onChosen}
              aria-current={entry.path === path ? 'page' : undefined}
            >
              <span aria-hidden="true">{entry.icon}</span>
              {entry.label}
              {entry.waiting ? <span className="shell-waiting">{entry.waiting}</span> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
