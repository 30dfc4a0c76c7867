import { useInfiniteQuery } from '@tanstack/react-query';
import { callApi } from './api-client.ts';
import type { PageOf } from './contract.ts';

export type PagedList<T> = {
  /** Null until the first page came. */
  items: T[] | null;
  error: Error | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
};

/**
 * A list of the API, page by page along its cursor. Invalidate its first key to read it anew.
 * @param path 'people', without a query
 */
export function usePagedList<T>(path: string, filters: Record<string, string> = {}): PagedList<T> {
  const query = useInfiniteQuery({
    queryKey: [path, filters],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const wish = new URLSearchParams({ ...filters, ...(pageParam && { cursor: pageParam }) }).toString();
      return callApi<PageOf<T>>('GET', wish === '' ? path : `${path}?${wish}`);
    },
    getNextPageParam: (last) => last.nextCursor,
  });
  return {
    items: query.data?.pages.flatMap((page) => page.items) ?? null,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
  };
}
