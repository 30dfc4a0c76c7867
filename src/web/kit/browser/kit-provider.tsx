import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import './mantine.css';
import './kit.css';
import './pieces.css';
import './shell.css';
import { ApiRefusal } from './api-client.ts';
import { LanguageProvider } from './language.tsx';
import { theme, variablesResolver } from './theme.ts';

/** Only what may be over by itself is asked again: no answer, or a server that is busy. */
const isPassing = (error: Error): boolean =>
  error instanceof ApiRefusal && (error.status === 0 || error.status === 503);

const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => count < 2 && isPassing(error), staleTime: 10_000 },
  },
});

/** What the pages of the console stand on. Style elements are off: the page's CSP allows none. */
export function KitProvider({ children }: { children: ReactNode }) {
  return (
    <LanguageProvider>
      <QueryClientProvider client={queryClient}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variablesResolver}
          forceColorScheme="light"
          withCssVariables={false}
          withGlobalClasses={false}
        >
          <Notifications position="top-center" />
          {children}
        </MantineProvider>
      </QueryClientProvider>
    </LanguageProvider>
  );
}
