import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useKitWords } from './language.tsx';

/** A dialog; on a phone it takes the whole screen. */
export function Dialog({
  opened,
  onClose,
  title,
  children,
  isSmall = false,
  isShownOnce = false,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  isSmall?: boolean;
  /** What it holds cannot be seen again: only its own buttons close it. */
  isShownOnce?: boolean;
}) {
  const words = useKitWords();
  const isPhone = useMediaQuery('(max-width: 36em)', false, { getInitialValueInEffect: false });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={isSmall ? 'sm' : 'md'}
      fullScreen={isPhone && !isSmall}
      centered
      // Locking the scroll would need a style element.
      lockScroll={false}
      closeButtonProps={{ 'aria-label': words.buttons.close }}
      classNames={{ title: 'dialog-title' }}
      closeOnClickOutside={isSmall && !isShownOnce}
      closeOnEscape={!isShownOnce}
    >
      {children}
    </Modal>
  );
}
