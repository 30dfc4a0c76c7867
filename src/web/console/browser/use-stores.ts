import { useQuery } from '@tanstack/react-query';
import type { Permission } from '#features/staff/permission-rules.ts';
import { callApi } from '../../kit/browser/api-client.ts';
import type { PageOf, StoreRef } from '../../kit/browser/contract.ts';
import { useSignedIn } from './session/use-session.ts';

/** The stores in which a right holds: all of the brand's, or the person's own. Null while they are on their way. */
export function useStores(permission: Permission): StoreRef[] | null {
  const { rights, staff } = useSignedIn();
  const isEvery = rights[permission] === 'every';
  const query = useQuery({
    queryKey: ['stores', 'all'],
    queryFn: () => callApi<PageOf<StoreRef>>('GET', 'stores?limit=200'),
    enabled: isEvery,
    staleTime: 300_000,
  });
  return isEvery ? (query.data?.items ?? null) : staff.stores;
}
