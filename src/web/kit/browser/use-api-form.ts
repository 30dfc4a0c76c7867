import { type UseFormReturnType, useForm } from '@mantine/form';
import { type SubmitEvent, useState } from 'react';
import { ApiRefusal } from './api-client.ts';
import { describeFieldProblem, describeProblem } from './describe-problem.ts';
import { useKitWords } from './language.tsx';

export type ApiForm<V> = {
  form: UseFormReturnType<V>;
  /** What is wrong with the form as a whole. */
  problem: string | null;
  isSending: boolean;
  submit: (event?: SubmitEvent<HTMLFormElement>) => void;
};

/**
 * A form that is sent to the API: what the API says of a field stands at the field, the rest above the button.
 * @param input.check the codes of fields that cannot be sent: `{ name: 'required' }`
 * @param input.send may throw ApiRefusal
 */
export function useApiForm<V extends Record<string, unknown>, R>(input: {
  start: V;
  check?: (values: V) => { [field in keyof V]?: string | false };
  send: (values: V) => Promise<R>;
  after: (result: R, values: V) => void | Promise<void>;
}): ApiForm<V> {
  const words = useKitWords();
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const form = useForm<V>({
    initialValues: input.start,
    validate: (values) => {
      const codes = Object.entries(input.check?.(values) ?? {}).filter(([, code]) => code);
      return Object.fromEntries(
        codes.map(([field, code]) => [field, describeFieldProblem(words, String(code))]),
      );
    },
  });
  const focus = (fields: string[]) => {
    const first = Object.keys(input.start).find((field) => fields.includes(field));
    if (first) setTimeout(() => form.getInputNode(first)?.focus());
  };
  const send = async (values: V) => {
    setProblem(null);
    setSending(true);
    try {
      await input.after(await input.send(values), values);
    } catch (error) {
      const fields =
        error instanceof ApiRefusal ? error.fields.filter(({ path }) => path in input.start) : [];
      if (fields.length === 0) setProblem(describeProblem(words, error));
      form.setErrors(
        Object.fromEntries(fields.map(({ path, code }) => [path, describeFieldProblem(words, code)])),
      );
      focus(fields.map(({ path }) => path));
    } finally {
      setSending(false);
    }
  };
  return {
    form,
    problem,
    isSending,
    submit: form.onSubmit(send, (errors) => focus(Object.keys(errors))),
  };
}
