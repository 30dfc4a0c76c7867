import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { useStores } from '../use-stores.ts';
import type { AuditEntry } from './audit-api.ts';
import { auditBook } from './audit-book.ts';
import { listChanges, sayEntry } from './say-entry.ts';

/** One entry as a sentence, whose it was, and what changed. */
export function EntryText({ entry }: { entry: AuditEntry }) {
  const words = useWords(auditBook);
  const { language } = useLanguage();
  const stores = useStores('stores.read');
  const changes = listChanges(words, language, entry, (id) => stores?.find((store) => store.id === id)?.name);
  return (
    <div className="entry">
      <div>{sayEntry(words, entry)}</div>
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
