package io.drover.config.internal.secret;

import java.util.Collection;
import java.util.Map;

/** Who knows the secrets behind handles. */
interface BackEnd {

    /**
     * What the back end says of one handle: either a value or an error.
     *
     * @param value null when there is none
     * @param error null when there is none
     */
    record Answer(String value, String error) {
        @Override
        public String toString() {
            return value == null ? "no value" : "a value";
        }
    }

    /**
     * Asks for all handles at once. Blocks up to the program's timeout and a second.
     *
     * @return an answer for each handle that it gave one for
     * @throws FetchException when there is no answer at all
     */
    Map<String, Answer> ask(Program program, Collection<String> handles)
            throws FetchException, InterruptedException;
}
