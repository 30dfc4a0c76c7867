import { notifications } from '@mantine/notifications';

/** Says in passing that something is done. */
export const toastDone = (message: string): void => {
  notifications.show({ message, color: 'brand', autoClose: 5_000 });
};

/** Says what did not go through; stays long enough to be read. */
export const toastProblem = (message: string): void => {
  notifications.show({ message, color: 'alert', autoClose: 12_000, role: 'alert' });
};
