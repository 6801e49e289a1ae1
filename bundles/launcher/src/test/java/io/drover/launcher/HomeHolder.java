package io.drover.launcher;

import java.io.OutputStream;
import java.nio.file.Path;

/** Takes a home and holds it until its input ends. */
final class HomeHolder {

    private HomeHolder() {}

    public static void main(String[] args) throws Exception {
        try (HomeFolder held = HomeFolder.take(Path.of(args[0]))) {
            System.out.println("held " + held.run());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
