import { ActionIcon, Menu } from '@mantine/core';
import { useKitWords } from './language.tsx';

export type MenuAction = { label: string; act: () => void; takesAway?: boolean };

/** What can be done with one item of a list. @param name of the item, read aloud */
export function ActionsMenu({ name, actions }: { name: string; actions: readonly MenuAction[] }) {
  const words = useKitWords();
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end" withinPortal shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={40} aria-label={words.actionsFor(name)}>
          <svg viewBox="0 0 20 20" width="20" height="20" fill="currentColor" aria-hidden="true">
            <circle cx="4" cy="10" r="1.7" />
            <circle cx="10" cy="10" r="1.7" />
            <circle cx="16" cy="10" r="1.7" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item key={action.label} {...(action.takesAway && { color: 'alert.6' })} onClick={action.act}>
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
