//go:build cgo && !noxla && linux && (amd64 || arm64)

package progcache

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "table.h"
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/gomlx/go-xla/pjrt"
)

// limit bounds the size of the folder, in bytes.
const limit = 500e6

// tooQuick is the compile time below which programs are not kept. Tests change it.
var tooQuick = 100 * time.Millisecond

// plugins lists the files of the plugins that have a cache. C calls progcacheCompile with an index into caches.
var (
	mu      sync.Mutex
	plugins = map[string]bool{}
	caches  [C.PLUGINS]cache
)

// cache belongs to one plugin.
type cache struct {
	store
	plugin, machine string // their identities
}

// loaded and kept count programs, for tests.
var loaded, kept atomic.Int64

// observer is told the text of every program, if it is not nil.
var observer atomic.Pointer[func(text []byte)]

// Observe calls f with the StableHLO text of every program that is given to the compiler of a plugin with a cache, until
// stop is called. A second observer replaces the first.
func Observe(f func(text []byte)) (stop func()) {
	observer.Store(&f)
	return func() { observer.CompareAndSwap(&f, nil) }
}

// Attach puts the cache before the compiler of the plugin in a file, given by its absolute path. It returns an error
// if it cannot; go-xla then opens the plugin without the cache. Call it before the first backend on the plugin is
// opened, and not while go-xla opens others. Attaching twice is harmless.
func Attach(path string) error {
	mu.Lock()
	defer mu.Unlock()
	if plugins[path] {
		return nil
	}
	if os.Getenv(Off) != "" {
		return fmt.Errorf("%s turns the cache of programs off", Off)
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	c := cache{store: store{folder: filepath.Join(folder, "hgn", "programs"), limit: limit}}
	if err := private(c.folder); err != nil {
		return err
	}
	if c.plugin, err = library(path); err != nil {
		return err
	}
	if c.machine, err = processor(); err != nil {
		return err
	}
	number := len(plugins)
	if number == len(caches) {
		return fmt.Errorf("%d plugins have a cache of programs already", number)
	}
	file := C.CString(path)
	defer C.free(unsafe.Pointer(file))
	var why *C.char
	table := C.open_plugin(file, C.int(number), &why)
	if table == nil {
		return errors.New(C.GoString(why))
	}
	caches[number] = c
	plugins[path] = true
	return pjrt.RegisterPreloadedPlugin(path, uintptr(unsafe.Pointer(table)))
}

// private returns an error if the programs in a folder must not be run because somebody else could have put them
// there.
func private(folder string) error {
	info, err := os.Stat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("others than this user may write in %s: remove it", folder)
	}
	return nil
}

// progcacheCompile is the compiler that go-xla calls.
//
//export progcacheCompile
func progcacheCompile(number C.int, arguments unsafe.Pointer) unsafe.Pointer {
	args := (*C.struct_compile_args)(arguments)
	if tell := observer.Load(); tell != nil {
		(*tell)(bytes.Clone(bytesAt(args.program.code, args.program.code_size)))
	}
	c := &caches[number]
	key := c.key(number, args)
	if key == "" {
		return C.plugin_compile(number, args)
	}
	if data := c.read(key); data != nil {
		copied := C.CBytes(data)
		defer C.free(copied)
		if args.loaded = C.plugin_load(number, args.client, (*C.char)(copied), C.size_t(len(data))); args.loaded != nil {
			loaded.Add(1)
			return nil
		}
		c.remove(key)
	}
	start := time.Now()
	if failed := C.plugin_compile(number, args); failed != nil {
		return failed
	}
	if time.Since(start) < tooQuick {
		return nil
	}
	var program C.struct_serialize_args
	if C.plugin_serialize(number, args.loaded, &program) == 0 {
		return nil
	}
	defer C.plugin_serialize_free(&program)
	if c.write(key, bytesAt(program.bytes, program.size)) == nil {
		kept.Add(1)
	}
	return nil
}

// key returns the key under which a program is kept, or "" if it must not be kept.
func (c *cache) key(number C.int, args *C.struct_compile_args) string {
	flags := os.Getenv("XLA_FLAGS")
	platform := text(number, C.CLIENT_PLATFORM_NAME, args.client)
	if !flagsAllow(flags) || !strings.EqualFold(platform, "cpu") {
		return ""
	}
	p := args.program
	return keyOf([]byte(format), []byte(c.plugin), []byte(c.machine), []byte(flags),
		[]byte(text(number, C.CLIENT_PLATFORM_VERSION, args.client)), fmt.Append(nil, C.plugin_devices(number, args.client)),
		bytesAt(p.format, p.format_size), bytesAt(p.code, p.code_size), bytesAt(args.options, args.options_size))
}

func text(number, function C.int, client unsafe.Pointer) string {
	var size C.size_t
	start := C.plugin_text(number, function, client, &size)
	return string(bytesAt(start, size))
}

// bytesAt returns C's bytes without a copy.
func bytesAt(start *C.char, size C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(start)), int(size))
}
