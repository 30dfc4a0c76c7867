import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { keysBook } from '../keys/keys-book.ts';
import { useStores } from '../use-stores.ts';
import type { AuditEntry } from './audit-api.ts';
import { auditBook } from './audit-book.ts';
import { detailsBook } from './details/details-book.ts';
import { listChanges } from './details/list-changes.ts';
import { sayEntry } from './say-entry.ts';

/** One entry as a sentence, whose it was, and what changed. */
export function EntryText({ entry }: { entry: AuditEntry }) {
  const words = useWords(auditBook);
  const details = useWords(detailsBook);
  const { language } = useLanguage();
  const stores = useStores('stores.read');
  const scopes: Record<string, { name: string }> = useWords(keysBook).scopes;
  const changes = listChanges(
    {
      audit: words,
      details,
      language,
      storeName: (by, text) => stores?.find((store) => store[by] === text)?.name,
      scopeName: (scope) => scopes[scope]?.name,
    },
    entry,
  );
  return (
    <div className="entry">
      <div>{sayEntry(words, details, entry)}</div>
      {entry.memberNo && <div className="entry-note">{words.whose(entry.memberNo)}</div>}
      {changes.length > 0 && (
        <ul className="entry-changes">
          {changes.map((change) => (
            <li key={change.key}>
              <span>{change.label}</span>
              <span>
                {change.before !== null && (
                  <>
                    <del>{change.before}</del>
                    <span aria-hidden="true"> → </span>
                  </>
                )}
                <ins>{change.after ?? words.nothing}</ins>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
