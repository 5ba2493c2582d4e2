package progcache

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestKeyOf(t *testing.T) {
	parts := func(s ...string) (all [][]byte) {
		for _, p := range s {
			all = append(all, []byte(p))
		}
		return all
	}
	seen := map[string][]string{}
	for _, p := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}} {
		key := keyOf(parts(p...)...)
		if other, found := seen[key]; found {
			t.Errorf("%q and %q have the same key", p, other)
		}
		seen[key] = p
		if again := keyOf(parts(p...)...); again != key {
			t.Errorf("%q has two keys", p)
		}
	}
}

// TestLibrary: another file, another size, another time are another plugin; the same file read twice is the same.
func TestLibrary(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plugin.so")
	then := time.Now().Add(-time.Hour)
	identity := func(data []byte, when time.Time) string {
		t.Helper()
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
		id, err := library(file)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	first := identity(data, then)
	if again := identity(data, then); again != first {
		t.Errorf("the same file is %q and %q", first, again)
	}
	changed := bytes.Clone(data)
	changed[len(changed)/2] ^= 1
	for what, id := range map[string]string{
		"a changed byte": identity(changed, then),
		"another size":   identity(data[1:], then),
		"another time":   identity(data, then.Add(time.Nanosecond)),
		"a small file":   identity(data[:7], then),
	} {
		if id == first {
			t.Errorf("%s is not noticed", what)
		}
	}
	if _, err := library(file + "?"); err == nil {
		t.Error("a missing file has an identity")
	}
}

func TestKinds(t *testing.T) {
	const one = "processor\t: 0\nmodel\t\t: 207\nmicrocode\t: 0x1\ncpu MHz\t\t: 2100.000\nflags\t\t: fpu avx2\nbogomips\t: 4200.00\n\n"
	const same = "processor\t: 1\nmodel\t\t: 207\nmicrocode\t: 0x1\ncpu MHz\t\t: 800.000\nflags\t\t: fpu avx2\nbogomips\t: 4201.00\n\n"
	const other = "processor\t: 1\nmodel\t\t: 207\nflags\t\t: fpu\n\n"
	if a, b := kinds(one), kinds(one+same); !slices.Equal(a, b) || len(a) != 2 {
		t.Errorf("one processor is %q, two alike are %q", a, b)
	}
	if a, b := kinds(one), kinds(one+other); slices.Equal(a, b) {
		t.Errorf("a processor that lacks an instruction is not noticed: %q", b)
	}
}

func TestFlagsAllow(t *testing.T) {
	for flags, want := range map[string]bool{
		"": true, " ": true, "--xla_cpu_max_isa=AVX2": true,
		"flags.txt": false, "--xla_dump_to=/somewhere": false, "--xla_cpu_max_isa=AVX2 --xla_dump_hlo_as_text": false,
	} {
		if got := flagsAllow(flags); got != want {
			t.Errorf("%q: %v, want %v", flags, got, want)
		}
	}
}
