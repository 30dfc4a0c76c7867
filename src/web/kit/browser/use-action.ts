import { useMutation, useQueryClient } from '@tanstack/react-query';
import { describeProblem } from './describe-problem.ts';
import { useKitWords } from './language.tsx';
import { toastDone, toastProblem } from './toasts.ts';

export type Action<Input> = { run: (input: Input) => void; isRunning: boolean };

/** One press of a button: does it, reads the named lists anew, and says how it went. */
export function useAction<Input, Result>(input: {
  act: (input: Input) => Promise<Result>;
  renews: readonly string[];
  done?: (result: Result) => string;
  after?: (result: Result) => void;
}): Action<Input> {
  const words = useKitWords();
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: input.act,
    onSuccess: (result) => {
      if (input.done) toastDone(input.done(result));
      input.after?.(result);
    },
    onError: (error) => toastProblem(describeProblem(words, error)),
    // What was refused may have changed elsewhere.
    onSettled: () => Promise.all(input.renews.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return { run: mutation.mutate, isRunning: mutation.isPending };
}
