package device

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// checkELF checks that a Linux library is one, made for this machine and whole, and that it defines a symbol.
func checkELF(library, symbol string) error {
	f, err := elf.Open(library)
	if err != nil {
		return errors.New("is not a shared library")
	}
	defer f.Close()
	machine := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
	switch {
	case f.Type != elf.ET_DYN:
		return errors.New("is not a shared library")
	case machine != 0 && f.Machine != machine:
		return fmt.Errorf("is made for another processor (%s)", strings.TrimPrefix(f.Machine.String(), "EM_"))
	}
	info, err := os.Stat(library)
	if err != nil {
		return err
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Off+p.Filesz > uint64(info.Size()) {
			return errors.New("is cut short: copy it again")
		}
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return errors.New("is damaged: copy it again")
	}
	for _, s := range symbols {
		if s.Name == symbol && s.Section != elf.SHN_UNDEF {
			return nil
		}
	}
	return fmt.Errorf("is a library, but not the one wanted: it has no function %s", symbol)
}

// bare returns the reason in an error about a file, without the file.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
