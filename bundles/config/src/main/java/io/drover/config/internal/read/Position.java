package io.drover.config.internal.read;

/**
 * A place in a text file.
 *
 * @param file as a person knows it: {@code etc/drover.yaml}
 * @param line from 1
 * @param column from 1, in code points
 */
record Position(String file, int line, int column) {

    static Position start(String file) {
        return new Position(file, 1, 1);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
