import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
  get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require !== "undefined") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
var __commonJS = (cb, mod) => function __require2() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// node_modules/events-universal/default.js
var require_default = __commonJS({
  "node_modules/events-universal/default.js"(exports, module) {
    module.exports = __require("events");
  }
});

// node_modules/fast-fifo/fixed-size.js
var require_fixed_size = __commonJS({
  "node_modules/fast-fifo/fixed-size.js"(exports, module) {
    module.exports = class FixedFIFO {
      constructor(hwm) {
        if (!(hwm > 0) || (hwm - 1 & hwm) !== 0) throw new Error("Max size for a FixedFIFO should be a power of two");
        this.buffer = new Array(hwm);
        this.mask = hwm - 1;
        this.top = 0;
        this.btm = 0;
        this.next = null;
      }
      clear() {
        this.top = this.btm = 0;
        this.next = null;
        this.buffer.fill(void 0);
      }
      push(data) {
        if (this.buffer[this.top] !== void 0) return false;
        this.buffer[this.top] = data;
        this.top = this.top + 1 & this.mask;
        return true;
      }
      shift() {
        const last = this.buffer[this.btm];
        if (last === void 0) return void 0;
        this.buffer[this.btm] = void 0;
        this.btm = this.btm + 1 & this.mask;
        return last;
      }
      peek() {
        return this.buffer[this.btm];
      }
      isEmpty() {
        return this.buffer[this.btm] === void 0;
      }
    };
  }
});

// node_modules/fast-fifo/index.js
var require_fast_fifo = __commonJS({
  "node_modules/fast-fifo/index.js"(exports, module) {
    var FixedFIFO = require_fixed_size();
    module.exports = class FastFIFO {
      constructor(hwm) {
        this.hwm = hwm || 16;
        this.head = new FixedFIFO(this.hwm);
        this.tail = this.head;
        this.length = 0;
      }
      clear() {
        this.head = this.tail;
        this.head.clear();
        this.length = 0;
      }
      push(val) {
        this.length++;
        if (!this.head.push(val)) {
          const prev = this.head;
          this.head = prev.next = new FixedFIFO(2 * this.head.buffer.length);
          this.head.push(val);
        }
      }
      shift() {
        if (this.length !== 0) this.length--;
        const val = this.tail.shift();
        if (val === void 0 && this.tail.next) {
          const next = this.tail.next;
          this.tail.next = null;
          this.tail = next;
          return this.tail.shift();
        }
        return val;
      }
      peek() {
        const val = this.tail.peek();
        if (val === void 0 && this.tail.next) return this.tail.next.peek();
        return val;
      }
      isEmpty() {
        return this.length === 0;
      }
    };
  }
});

// node_modules/b4a/index.js
var require_b4a = __commonJS({
  "node_modules/b4a/index.js"(exports, module) {
    function isBuffer(value) {
      return Buffer.isBuffer(value) || value instanceof Uint8Array;
    }
    function isEncoding(encoding) {
      return Buffer.isEncoding(encoding);
    }
    function alloc(size, fill2, encoding) {
      return Buffer.alloc(size, fill2, encoding);
    }
    function allocUnsafe(size) {
      return Buffer.allocUnsafe(size);
    }
    function allocUnsafeSlow(size) {
      return Buffer.allocUnsafeSlow(size);
    }
    function byteLength(string, encoding) {
      return Buffer.byteLength(string, encoding);
    }
    function compare(a, b) {
      return Buffer.compare(a, b);
    }
    function concat(buffers, totalLength) {
      return Buffer.concat(buffers, totalLength);
    }
    function copy(source, target, targetStart, start2, end) {
      return toBuffer(source).copy(target, targetStart, start2, end);
    }
    function equals(a, b) {
      return toBuffer(a).equals(b);
    }
    function fill(buffer2, value, offset, end, encoding) {
      return toBuffer(buffer2).fill(value, offset, end, encoding);
    }
    function from(value, encodingOrOffset, length) {
      return Buffer.from(value, encodingOrOffset, length);
    }
    function includes(buffer2, value, byteOffset, encoding) {
      return toBuffer(buffer2).includes(value, byteOffset, encoding);
    }
    function indexOf(buffer2, value, byfeOffset, encoding) {
      return toBuffer(buffer2).indexOf(value, byfeOffset, encoding);
    }
    function lastIndexOf(buffer2, value, byteOffset, encoding) {
      return toBuffer(buffer2).lastIndexOf(value, byteOffset, encoding);
    }
    function swap16(buffer2) {
      return toBuffer(buffer2).swap16();
    }
    function swap32(buffer2) {
      return toBuffer(buffer2).swap32();
    }
    function swap64(buffer2) {
      return toBuffer(buffer2).swap64();
    }
    function toBuffer(buffer2) {
      if (Buffer.isBuffer(buffer2)) return buffer2;
      return Buffer.from(buffer2.buffer, buffer2.byteOffset, buffer2.byteLength);
    }
    function toString(buffer2, encoding, start2, end) {
      return toBuffer(buffer2).toString(encoding, start2, end);
    }
    function toHex(buffer2, start2, end) {
      return toBuffer(buffer2).toString("hex", start2, end);
    }
    function write(buffer2, string, offset, length, encoding) {
      return toBuffer(buffer2).write(string, offset, length, encoding);
    }
    function readDoubleBE(buffer2, offset) {
      return toBuffer(buffer2).readDoubleBE(offset);
    }
    function readDoubleLE(buffer2, offset) {
      return toBuffer(buffer2).readDoubleLE(offset);
    }
    function readFloatBE(buffer2, offset) {
      return toBuffer(buffer2).readFloatBE(offset);
    }
    function readFloatLE(buffer2, offset) {
      return toBuffer(buffer2).readFloatLE(offset);
    }
    function readInt32BE(buffer2, offset) {
      return toBuffer(buffer2).readInt32BE(offset);
    }
    function readInt32LE(buffer2, offset) {
      return toBuffer(buffer2).readInt32LE(offset);
    }
    function readUInt32BE(buffer2, offset) {
      return toBuffer(buffer2).readUInt32BE(offset);
    }
    function readUInt32LE(buffer2, offset) {
      return toBuffer(buffer2).readUInt32LE(offset);
    }
    function writeDoubleBE(buffer2, value, offset) {
      return toBuffer(buffer2).writeDoubleBE(value, offset);
    }
    function writeDoubleLE(buffer2, value, offset) {
      return toBuffer(buffer2).writeDoubleLE(value, offset);
    }
    function writeFloatBE(buffer2, value, offset) {
      return toBuffer(buffer2).writeFloatBE(value, offset);
    }
    function writeFloatLE(buffer2, value, offset) {
      return toBuffer(buffer2).writeFloatLE(value, offset);
    }
    function writeInt32BE(buffer2, value, offset) {
      return toBuffer(buffer2).writeInt32BE(value, offset);
    }
    function writeInt32LE(buffer2, value, offset) {
      return toBuffer(buffer2).writeInt32LE(value, offset);
    }
    function writeUInt32BE(buffer2, value, offset) {
      return toBuffer(buffer2).writeUInt32BE(value, offset);
    }
    function writeUInt32LE(buffer2, value, offset) {
      return toBuffer(buffer2).writeUInt32LE(value, offset);
    }
    module.exports = {
      isBuffer,
      isEncoding,
      alloc,
      allocUnsafe,
      allocUnsafeSlow,
      byteLength,
      compare,
      concat,
      copy,
      equals,
      fill,
      from,
      includes,
      indexOf,
      lastIndexOf,
      swap16,
      swap32,
      swap64,
      toBuffer,
      toString,
      toHex,
      write,
      readDoubleBE,
      readDoubleLE,
      readFloatBE,
      readFloatLE,
      readInt32BE,
      readInt32LE,
      readUInt32BE,
      readUInt32LE,
      writeDoubleBE,
      writeDoubleLE,
      writeFloatBE,
      writeFloatLE,
      writeInt32BE,
      writeInt32LE,
      writeUInt32BE,
      writeUInt32LE
    };
  }
});

// node_modules/text-decoder/lib/pass-through-decoder.js
var require_pass_through_decoder = __commonJS({
  "node_modules/text-decoder/lib/pass-through-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class PassThroughDecoder {
      constructor(encoding) {
        this.encoding = encoding;
      }
      get remaining() {
        return 0;
      }
      decode(data) {
        return b4a.toString(data, this.encoding);
      }
      flush() {
        return "";
      }
    };
  }
});

// node_modules/text-decoder/lib/utf8-decoder.js
var require_utf8_decoder = __commonJS({
  "node_modules/text-decoder/lib/utf8-decoder.js"(exports, module) {
    var b4a = require_b4a();
    module.exports = class UTF8Decoder {
      constructor() {
        this._reset();
      }
      get remaining() {
        return this.bytesSeen;
      }
      decode(data) {
        if (data.byteLength === 0) return "";
        if (this.bytesNeeded === 0 && trailingIncomplete(data, 0) === 0) {
          this.bytesSeen = trailingBytesSeen(data);
          return b4a.toString(data, "utf8");
        }
        let result = "";
        let start2 = 0;
        if (this.bytesNeeded > 0) {
          while (start2 < data.byteLength) {
            const byte = data[start2];
            if (byte < this.lowerBoundary || byte > this.upperBoundary) {
              result += "\uFFFD";
              this._reset();
              break;
            }
            this.lowerBoundary = 128;
            this.upperBoundary = 191;
            this.codePoint = this.codePoint << 6 | byte & 63;
            this.bytesSeen++;
            start2++;
            if (this.bytesSeen === this.bytesNeeded) {
              result += String.fromCodePoint(this.codePoint);
              this._reset();
              break;
            }
          }
          if (this.bytesNeeded > 0) return result;
        }
        const trailing = trailingIncomplete(data, start2);
        const end = data.byteLength - trailing;
        if (end > start2) result += b4a.toString(data, "utf8", start2, end);
        for (let i = end; i < data.byteLength; i++) {
          const byte = data[i];
          if (this.bytesNeeded === 0) {
            if (byte <= 127) {
              this.bytesSeen = 0;
              result += String.fromCharCode(byte);
            } else if (byte >= 194 && byte <= 223) {
              this.bytesNeeded = 2;
              this.bytesSeen = 1;
              this.codePoint = byte & 31;
            } else if (byte >= 224 && byte <= 239) {
              if (byte === 224) this.lowerBoundary = 160;
              else if (byte === 237) this.upperBoundary = 159;
              this.bytesNeeded = 3;
              this.bytesSeen = 1;
              this.codePoint = byte & 15;
            } else if (byte >= 240 && byte <= 244) {
              if (byte === 240) this.lowerBoundary = 144;
              else if (byte === 244) this.upperBoundary = 143;
              this.bytesNeeded = 4;
              this.bytesSeen = 1;
              this.codePoint = byte & 7;
            } else {
              this.bytesSeen = 1;
              result += "\uFFFD";
            }
            continue;
          }
          if (byte < this.lowerBoundary || byte > this.upperBoundary) {
            result += "\uFFFD";
            i--;
            this._reset();
            continue;
          }
          this.lowerBoundary = 128;
          this.upperBoundary = 191;
          this.codePoint = this.codePoint << 6 | byte & 63;
          this.bytesSeen++;
          if (this.bytesSeen === this.bytesNeeded) {
            result += String.fromCodePoint(this.codePoint);
            this._reset();
          }
        }
        return result;
      }
      flush() {
        const result = this.bytesNeeded > 0 ? "\uFFFD" : "";
        this._reset();
        return result;
      }
      _reset() {
        this.codePoint = 0;
        this.bytesNeeded = 0;
        this.bytesSeen = 0;
        this.lowerBoundary = 128;
        this.upperBoundary = 191;
      }
    };
    function trailingIncomplete(data, start2) {
      const len = data.byteLength;
      if (len <= start2) return 0;
      const limit = Math.max(start2, len - 4);
      let i = len - 1;
      while (i > limit && (data[i] & 192) === 128) i--;
      if (i < start2) return 0;
      const byte = data[i];
      let needed;
      if (byte <= 127) return 0;
      if (byte >= 194 && byte <= 223) needed = 2;
      else if (byte >= 224 && byte <= 239) needed = 3;
      else if (byte >= 240 && byte <= 244) needed = 4;
      else return 0;
      const available = len - i;
      return available < needed ? available : 0;
    }
    function trailingBytesSeen(data) {
      const len = data.byteLength;
      if (len === 0) return 0;
      const last = data[len - 1];
      if (last <= 127) return 0;
      if ((last & 192) !== 128) return 1;
      const limit = Math.max(0, len - 4);
      let i = len - 2;
      while (i >= limit && (data[i] & 192) === 128) i--;
      if (i < 0) return 1;
      const first = data[i];
      let needed;
      if (first >= 194 && first <= 223) needed = 2;
      else if (first >= 224 && first <= 239) needed = 3;
      else if (first >= 240 && first <= 244) needed = 4;
      else return 1;
      if (len - i !== needed) return 1;
      if (needed >= 3) {
        const second = data[i + 1];
        if (first === 224 && second < 160) return 1;
        if (first === 237 && second > 159) return 1;
        if (first === 240 && second < 144) return 1;
        if (first === 244 && second > 143) return 1;
      }
      return 0;
    }
  }
});

// node_modules/text-decoder/index.js
var require_text_decoder = __commonJS({
  "node_modules/text-decoder/index.js"(exports, module) {
    var PassThroughDecoder = require_pass_through_decoder();
    var UTF8Decoder = require_utf8_decoder();
    module.exports = class TextDecoder {
      constructor(encoding = "utf8") {
        this.encoding = normalizeEncoding(encoding);
        switch (this.encoding) {
          case "utf8":
            this.decoder = new UTF8Decoder();
            break;
          case "utf16le":
          case "base64":
            throw new Error("Unsupported encoding: " + this.encoding);
          default:
            this.decoder = new PassThroughDecoder(this.encoding);
        }
      }
      get remaining() {
        return this.decoder.remaining;
      }
      push(data) {
        if (typeof data === "string") return data;
        return this.decoder.decode(data);
      }
      // For Node.js compatibility
      write(data) {
        return this.push(data);
      }
      end(data) {
        let result = "";
        if (data) result = this.push(data);
        result += this.decoder.flush();
        return result;
      }
    };
    function normalizeEncoding(encoding) {
      encoding = encoding.toLowerCase();
      switch (encoding) {
        case "utf8":
        case "utf-8":
          return "utf8";
        case "ucs2":
        case "ucs-2":
        case "utf16le":
        case "utf-16le":
          return "utf16le";
        case "latin1":
        case "binary":
          return "latin1";
        case "base64":
        case "ascii":
        case "hex":
          return encoding;
        default:
          throw new Error("Unknown encoding: " + encoding);
      }
    }
  }
});

// node_modules/streamx/lib/errors.js
var require_errors = __commonJS({
  "node_modules/streamx/lib/errors.js"(exports, module) {
    module.exports = class StreamError extends Error {
      constructor(msg, code, fn = StreamError) {
        super(msg);
        this.code = code;
        if (Error.captureStackTrace) {
          Error.captureStackTrace(this, fn);
        }
      }
      static isStreamDestroyed(err) {
        return err && err.code === "STREAM_DESTROYED";
      }
      static isPrematureClose(err) {
        return err && err.code === "PREMATURE_CLOSE";
      }
      static isAborted(err) {
        return err && err.code === "ABORTED";
      }
      static isBadArgument(err) {
        return err && err.code === "BAD_ARGUMENT";
      }
      get name() {
        return "StreamError";
      }
      static STREAM_DESTROYED() {
        return new StreamError("Stream was destroyed", "STREAM_DESTROYED", StreamError.STREAM_DESTROYED);
      }
      static PREMATURE_CLOSE(msg = "Premature close") {
        return new StreamError(msg, "PREMATURE_CLOSE", StreamError.PREMATURE_CLOSE);
      }
      static ABORTED() {
        return new StreamError("Stream aborted", "ABORTED", StreamError.ABORTED);
      }
      static BAD_ARGUMENT(msg = "Bad argument") {
        return new StreamError(msg, "BAD_ARGUMENT", StreamError.BAD_ARGUMENT);
      }
    };
  }
});

// node_modules/streamx/index.js
var require_streamx = __commonJS({
  "node_modules/streamx/index.js"(exports, module) {
    var { EventEmitter } = require_default();
    var FIFO = require_fast_fifo();
    var TextDecoder = require_text_decoder();
    var StreamError = require_errors();
    var qmt = typeof queueMicrotask === "undefined" ? (fn) => global.process.nextTick(fn) : queueMicrotask;
    var MAX = (1 << 29) - 1;
    var OPENING = 1;
    var PREDESTROYING = 2;
    var DESTROYING = 4;
    var DESTROYED = 8;
    var NOT_OPENING = MAX ^ OPENING;
    var NOT_PREDESTROYING = MAX ^ PREDESTROYING;
    var READ_ACTIVE = 1 << 4;
    var READ_UPDATING = 2 << 4;
    var READ_PRIMARY = 4 << 4;
    var READ_QUEUED = 8 << 4;
    var READ_RESUMED = 16 << 4;
    var READ_PIPE_DRAINED = 32 << 4;
    var READ_ENDING = 64 << 4;
    var READ_EMIT_DATA = 128 << 4;
    var READ_EMIT_READABLE = 256 << 4;
    var READ_EMITTED_READABLE = 512 << 4;
    var READ_DONE = 1024 << 4;
    var READ_NEXT_TICK = 2048 << 4;
    var READ_NEEDS_PUSH = 4096 << 4;
    var READ_READ_AHEAD = 8192 << 4;
    var READ_FLOWING = READ_RESUMED | READ_PIPE_DRAINED;
    var READ_ACTIVE_AND_NEEDS_PUSH = READ_ACTIVE | READ_NEEDS_PUSH;
    var READ_PRIMARY_AND_ACTIVE = READ_PRIMARY | READ_ACTIVE;
    var READ_EMIT_READABLE_AND_QUEUED = READ_EMIT_READABLE | READ_QUEUED;
    var READ_RESUMED_READ_AHEAD = READ_RESUMED | READ_READ_AHEAD;
    var READ_NOT_ACTIVE = MAX ^ READ_ACTIVE;
    var READ_NON_PRIMARY = MAX ^ READ_PRIMARY;
    var READ_NON_PRIMARY_AND_PUSHED = MAX ^ (READ_PRIMARY | READ_NEEDS_PUSH);
    var READ_PUSHED = MAX ^ READ_NEEDS_PUSH;
    var READ_PAUSED = MAX ^ READ_RESUMED;
    var READ_NOT_QUEUED = MAX ^ (READ_QUEUED | READ_EMITTED_READABLE);
    var READ_NOT_ENDING = MAX ^ READ_ENDING;
    var READ_PIPE_NOT_DRAINED = MAX ^ READ_FLOWING;
    var READ_NOT_NEXT_TICK = MAX ^ READ_NEXT_TICK;
    var READ_NOT_UPDATING = MAX ^ READ_UPDATING;
    var READ_NO_READ_AHEAD = MAX ^ READ_READ_AHEAD;
    var READ_PAUSED_NO_READ_AHEAD = MAX ^ READ_RESUMED_READ_AHEAD;
    var WRITE_ACTIVE = 1 << 18;
    var WRITE_UPDATING = 2 << 18;
    var WRITE_PRIMARY = 4 << 18;
    var WRITE_QUEUED = 8 << 18;
    var WRITE_UNDRAINED = 16 << 18;
    var WRITE_DONE = 32 << 18;
    var WRITE_EMIT_DRAIN = 64 << 18;
    var WRITE_NEXT_TICK = 128 << 18;
    var WRITE_WRITING = 256 << 18;
    var WRITE_FINISHING = 512 << 18;
    var WRITE_CORKED = 1024 << 18;
    var WRITE_NOT_ACTIVE = MAX ^ (WRITE_ACTIVE | WRITE_WRITING);
    var WRITE_NON_PRIMARY = MAX ^ WRITE_PRIMARY;
    var WRITE_NOT_FINISHING = MAX ^ (WRITE_ACTIVE | WRITE_FINISHING);
    var WRITE_DRAINED = MAX ^ WRITE_UNDRAINED;
    var WRITE_NOT_QUEUED = MAX ^ WRITE_QUEUED;
    var WRITE_NOT_NEXT_TICK = MAX ^ WRITE_NEXT_TICK;
    var WRITE_NOT_UPDATING = MAX ^ WRITE_UPDATING;
    var WRITE_NOT_CORKED = MAX ^ WRITE_CORKED;
    var ACTIVE = READ_ACTIVE | WRITE_ACTIVE;
    var NOT_ACTIVE = MAX ^ ACTIVE;
    var DONE = READ_DONE | WRITE_DONE;
    var DESTROY_STATUS = DESTROYING | DESTROYED | PREDESTROYING;
    var OPEN_STATUS = DESTROY_STATUS | OPENING;
    var AUTO_DESTROY = DESTROY_STATUS | DONE;
    var NON_PRIMARY = WRITE_NON_PRIMARY & READ_NON_PRIMARY;
    var ACTIVE_OR_TICKING = WRITE_NEXT_TICK | READ_NEXT_TICK;
    var TICKING = ACTIVE_OR_TICKING & NOT_ACTIVE;
    var IS_OPENING = OPEN_STATUS | TICKING;
    var READ_PRIMARY_STATUS = OPEN_STATUS | READ_ENDING | READ_DONE;
    var READ_STATUS = OPEN_STATUS | READ_DONE | READ_QUEUED;
    var READ_ENDING_STATUS = OPEN_STATUS | READ_ENDING | READ_QUEUED;
    var READ_READABLE_STATUS = OPEN_STATUS | READ_EMIT_READABLE | READ_QUEUED | READ_EMITTED_READABLE;
    var SHOULD_NOT_READ = OPEN_STATUS | READ_ACTIVE | READ_ENDING | READ_DONE | READ_NEEDS_PUSH | READ_READ_AHEAD;
    var READ_BACKPRESSURE_STATUS = DESTROY_STATUS | READ_ENDING | READ_DONE;
    var READ_UPDATE_SYNC_STATUS = READ_UPDATING | OPEN_STATUS | READ_NEXT_TICK | READ_PRIMARY;
    var READ_NEXT_TICK_OR_OPENING = READ_NEXT_TICK | OPENING;
    var WRITE_PRIMARY_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_QUEUED_AND_UNDRAINED = WRITE_QUEUED | WRITE_UNDRAINED;
    var WRITE_QUEUED_AND_ACTIVE = WRITE_QUEUED | WRITE_ACTIVE;
    var WRITE_DRAIN_STATUS = WRITE_QUEUED | WRITE_UNDRAINED | OPEN_STATUS | WRITE_ACTIVE;
    var WRITE_STATUS = OPEN_STATUS | WRITE_ACTIVE | WRITE_QUEUED | WRITE_CORKED;
    var WRITE_PRIMARY_AND_ACTIVE = WRITE_PRIMARY | WRITE_ACTIVE;
    var WRITE_ACTIVE_AND_WRITING = WRITE_ACTIVE | WRITE_WRITING;
    var WRITE_FINISHING_STATUS = OPEN_STATUS | WRITE_FINISHING | WRITE_QUEUED_AND_ACTIVE | WRITE_DONE;
    var WRITE_BACKPRESSURE_STATUS = WRITE_UNDRAINED | DESTROY_STATUS | WRITE_FINISHING | WRITE_DONE;
    var WRITE_UPDATE_SYNC_STATUS = WRITE_UPDATING | OPEN_STATUS | WRITE_NEXT_TICK | WRITE_PRIMARY;
    var WRITE_DROP_DATA = WRITE_FINISHING | WRITE_DONE | DESTROY_STATUS;
    var asyncIterator = Symbol.asyncIterator || /* @__PURE__ */ Symbol("asyncIterator");
    var WritableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapWritable, byteLength, byteLengthWritable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark;
        this.buffered = 0;
        this.error = null;
        this.pipeline = null;
        this.drains = null;
        this.byteLength = byteLengthWritable || byteLength || defaultByteLength;
        this.map = mapWritable || map;
        this.afterWrite = afterWrite.bind(this);
        this.afterUpdateNextTick = updateWriteNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & WRITE_FINISHING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & WRITE_DONE) !== 0;
      }
      push(data) {
        if ((this.stream._duplexState & WRITE_DROP_DATA) !== 0) return false;
        if (this.map !== null) data = this.map(data);
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        if (this.buffered < this.highWaterMark) {
          this.stream._duplexState |= WRITE_QUEUED;
          return true;
        }
        this.stream._duplexState |= WRITE_QUEUED_AND_UNDRAINED;
        return false;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) this.stream._duplexState &= WRITE_NOT_QUEUED;
        return data;
      }
      end(data) {
        if (typeof data === "function") {
          this.stream.once("finish", data);
        } else if (data !== void 0 && data !== null) {
          this.push(data);
        }
        this.stream._duplexState = (this.stream._duplexState | WRITE_FINISHING) & WRITE_NON_PRIMARY;
      }
      autoBatch(data, cb) {
        const buffer2 = [];
        const stream = this.stream;
        buffer2.push(data);
        while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED_AND_ACTIVE) {
          buffer2.push(stream._writableState.shift());
        }
        if ((stream._duplexState & OPEN_STATUS) !== 0) return cb(null);
        stream._writev(buffer2, cb);
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= WRITE_UPDATING;
        do {
          while ((stream._duplexState & WRITE_STATUS) === WRITE_QUEUED) {
            const data = this.shift();
            stream._duplexState |= WRITE_ACTIVE_AND_WRITING;
            stream._write(data, this.afterWrite);
          }
          if ((stream._duplexState & WRITE_PRIMARY_AND_ACTIVE) === 0) this.updateNonPrimary();
        } while (this.continueUpdate() === true);
        stream._duplexState &= WRITE_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & WRITE_FINISHING_STATUS) === WRITE_FINISHING) {
          stream._duplexState = stream._duplexState | WRITE_ACTIVE;
          stream._final(afterFinal.bind(this));
          return;
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & WRITE_UPDATE_SYNC_STATUS) === WRITE_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTick() {
        if ((this.stream._duplexState & WRITE_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= WRITE_NEXT_TICK;
        if ((this.stream._duplexState & WRITE_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var ReadableState = class {
      constructor(stream, { highWaterMark = 16384, map = null, mapReadable, byteLength, byteLengthReadable } = {}) {
        this.stream = stream;
        this.queue = new FIFO();
        this.highWaterMark = highWaterMark === 0 ? 1 : highWaterMark;
        this.buffered = 0;
        this.readAhead = highWaterMark > 0;
        this.error = null;
        this.pipeline = null;
        this.byteLength = byteLengthReadable || byteLength || defaultByteLength;
        this.map = mapReadable || map;
        this.pipeTo = null;
        this.afterRead = afterRead.bind(this);
        this.afterUpdateNextTick = updateReadNT.bind(this);
      }
      get ending() {
        return (this.stream._duplexState & READ_ENDING) !== 0;
      }
      get ended() {
        return (this.stream._duplexState & READ_DONE) !== 0;
      }
      pipe(pipeTo, cb) {
        if (this.pipeTo !== null) throw StreamError.BAD_ARGUMENT("Can only pipe to one destination");
        if (typeof cb !== "function") cb = null;
        this.stream._duplexState |= READ_PIPE_DRAINED;
        this.pipeTo = pipeTo;
        this.pipeline = new Pipeline(this.stream, pipeTo, cb);
        if (cb) this.stream.on("error", noop);
        if (isStreamx(pipeTo)) {
          pipeTo._writableState.pipeline = this.pipeline;
          if (cb) pipeTo.on("error", noop);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        } else {
          const onerror = this.pipeline.done.bind(this.pipeline, pipeTo);
          const onclose = this.pipeline.done.bind(this.pipeline, pipeTo, null);
          pipeTo.on("error", onerror);
          pipeTo.on("close", onclose);
          pipeTo.on("finish", this.pipeline.finished.bind(this.pipeline));
        }
        pipeTo.on("drain", afterDrain.bind(this));
        this.stream.emit("piping", pipeTo);
        pipeTo.emit("pipe", this.stream);
      }
      push(data) {
        const stream = this.stream;
        if (data === null) {
          this.highWaterMark = 0;
          stream._duplexState = (stream._duplexState | READ_ENDING) & READ_NON_PRIMARY_AND_PUSHED;
          return false;
        }
        if (this.map !== null) {
          data = this.map(data);
          if (data === null) {
            stream._duplexState &= READ_PUSHED;
            return this.buffered < this.highWaterMark;
          }
        }
        this.buffered += this.byteLength(data);
        this.queue.push(data);
        stream._duplexState = (stream._duplexState | READ_QUEUED) & READ_PUSHED;
        return this.buffered < this.highWaterMark;
      }
      shift() {
        const data = this.queue.shift();
        this.buffered -= this.byteLength(data);
        if (this.buffered === 0) {
          this.stream._duplexState &= READ_NOT_QUEUED;
        }
        return data;
      }
      unshift(data) {
        const pending = [this.map !== null ? this.map(data) : data];
        while (this.buffered > 0) pending.push(this.shift());
        for (let i = 0; i < pending.length - 1; i++) {
          const data2 = pending[i];
          this.buffered += this.byteLength(data2);
          this.queue.push(data2);
        }
        this.push(pending[pending.length - 1]);
      }
      read() {
        const stream = this.stream;
        if ((stream._duplexState & READ_STATUS) === READ_QUEUED) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
          return data;
        }
        if (this.readAhead === false) {
          stream._duplexState |= READ_READ_AHEAD;
          this.updateNextTick();
        }
        return null;
      }
      drain() {
        const stream = this.stream;
        while ((stream._duplexState & READ_STATUS) === READ_QUEUED && (stream._duplexState & READ_FLOWING) !== 0) {
          const data = this.shift();
          if (this.pipeTo !== null && this.pipeTo.write(data) === false) {
            stream._duplexState &= READ_PIPE_NOT_DRAINED;
          }
          if ((stream._duplexState & READ_EMIT_DATA) !== 0) {
            stream.emit("data", data);
          }
        }
      }
      update() {
        const stream = this.stream;
        stream._duplexState |= READ_UPDATING;
        do {
          this.drain();
          while (this.buffered < this.highWaterMark && (stream._duplexState & SHOULD_NOT_READ) === READ_READ_AHEAD) {
            stream._duplexState |= READ_ACTIVE_AND_NEEDS_PUSH;
            stream._read(this.afterRead);
            this.drain();
          }
          if ((stream._duplexState & READ_READABLE_STATUS) === READ_EMIT_READABLE_AND_QUEUED) {
            stream._duplexState |= READ_EMITTED_READABLE;
            stream.emit("readable");
          }
          if ((stream._duplexState & READ_PRIMARY_AND_ACTIVE) === 0) {
            this.updateNonPrimary();
          }
        } while (this.continueUpdate() === true);
        stream._duplexState &= READ_NOT_UPDATING;
      }
      updateNonPrimary() {
        const stream = this.stream;
        if ((stream._duplexState & READ_ENDING_STATUS) === READ_ENDING) {
          stream._duplexState = (stream._duplexState | READ_DONE) & READ_NOT_ENDING;
          stream.emit("end");
          if ((stream._duplexState & AUTO_DESTROY) === DONE) {
            stream._duplexState |= DESTROYING;
          }
          if (this.pipeTo !== null) {
            this.pipeTo.end();
          }
        }
        if ((stream._duplexState & DESTROY_STATUS) === DESTROYING) {
          if ((stream._duplexState & ACTIVE_OR_TICKING) === 0) {
            stream._duplexState |= ACTIVE;
            stream._destroy(afterDestroy.bind(this));
          }
          return;
        }
        if ((stream._duplexState & IS_OPENING) === OPENING) {
          stream._duplexState = (stream._duplexState | ACTIVE) & NOT_OPENING;
          stream._open(afterOpen.bind(this));
        }
      }
      continueUpdate() {
        if ((this.stream._duplexState & READ_NEXT_TICK) === 0) return false;
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        return true;
      }
      updateCallback() {
        if ((this.stream._duplexState & READ_UPDATE_SYNC_STATUS) === READ_PRIMARY) {
          this.update();
        } else {
          this.updateNextTick();
        }
      }
      updateNextTickIfOpen() {
        if ((this.stream._duplexState & READ_NEXT_TICK_OR_OPENING) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
      updateNextTick() {
        if ((this.stream._duplexState & READ_NEXT_TICK) !== 0) return;
        this.stream._duplexState |= READ_NEXT_TICK;
        if ((this.stream._duplexState & READ_UPDATING) === 0) qmt(this.afterUpdateNextTick);
      }
    };
    var TransformState = class {
      constructor(stream) {
        this.data = null;
        this.afterTransform = afterTransform.bind(stream);
        this.afterFinal = null;
      }
    };
    var Pipeline = class {
      constructor(src, dst, cb) {
        this.from = src;
        this.to = dst;
        this.afterPipe = cb;
        this.error = null;
        this.pipeToFinished = false;
      }
      finished() {
        this.pipeToFinished = true;
      }
      done(stream, err) {
        if (err) this.error = err;
        if (stream === this.to) {
          this.to = null;
          if (this.from !== null) {
            if ((this.from._duplexState & READ_DONE) === 0 || !this.pipeToFinished) {
              this.from.destroy(this.error || StreamError.PREMATURE_CLOSE("Writable stream closed"));
            }
            return;
          }
        }
        if (stream === this.from) {
          this.from = null;
          if (this.to !== null) {
            if ((stream._duplexState & READ_DONE) === 0) {
              this.to.destroy(this.error || StreamError.PREMATURE_CLOSE("Readable stream closed"));
            }
            return;
          }
        }
        if (this.afterPipe !== null) this.afterPipe(this.error);
        this.to = this.from = this.afterPipe = null;
      }
    };
    function afterDrain() {
      this.stream._duplexState |= READ_PIPE_DRAINED;
      this.updateCallback();
    }
    function afterFinal(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROY_STATUS) === 0) {
        stream._duplexState |= WRITE_DONE;
        stream.emit("finish");
      }
      if ((stream._duplexState & AUTO_DESTROY) === DONE) {
        stream._duplexState |= DESTROYING;
      }
      stream._duplexState &= WRITE_NOT_FINISHING;
      if ((stream._duplexState & WRITE_UPDATING) === 0) {
        this.update();
      } else {
        this.updateNextTick();
      }
    }
    function afterDestroy(err) {
      const stream = this.stream;
      if (!err && !StreamError.isStreamDestroyed(this.error)) err = this.error;
      if (err) stream.emit("error", err);
      stream._duplexState |= DESTROYED;
      stream.emit("close");
      const rs = stream._readableState;
      const ws = stream._writableState;
      if (rs !== null && rs.pipeline !== null) {
        rs.pipeline.done(stream, err);
      }
      if (ws !== null) {
        while (ws.drains !== null && ws.drains.length > 0) {
          ws.drains.shift().resolve(false);
        }
        if (ws.pipeline !== null) {
          ws.pipeline.done(stream, err);
        }
      }
    }
    function afterWrite(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      stream._duplexState &= WRITE_NOT_ACTIVE;
      if (this.drains !== null) tickDrains(this.drains);
      if ((stream._duplexState & WRITE_DRAIN_STATUS) === WRITE_UNDRAINED) {
        stream._duplexState &= WRITE_DRAINED;
        if ((stream._duplexState & WRITE_EMIT_DRAIN) === WRITE_EMIT_DRAIN) {
          stream.emit("drain");
        }
      }
      this.updateCallback();
    }
    function afterRead(err) {
      if (err) this.stream.destroy(err);
      this.stream._duplexState &= READ_NOT_ACTIVE;
      if (this.readAhead === false && (this.stream._duplexState & READ_RESUMED) === 0) {
        this.stream._duplexState &= READ_NO_READ_AHEAD;
      }
      this.updateCallback();
    }
    function updateReadNT() {
      if ((this.stream._duplexState & READ_UPDATING) === 0) {
        this.stream._duplexState &= READ_NOT_NEXT_TICK;
        this.update();
      }
    }
    function updateWriteNT() {
      if ((this.stream._duplexState & WRITE_UPDATING) === 0) {
        this.stream._duplexState &= WRITE_NOT_NEXT_TICK;
        this.update();
      }
    }
    function tickDrains(drains) {
      for (let i = 0; i < drains.length; i++) {
        if (--drains[i].writes === 0) {
          drains.shift().resolve(true);
          i--;
        }
      }
    }
    function afterOpen(err) {
      const stream = this.stream;
      if (err) stream.destroy(err);
      if ((stream._duplexState & DESTROYING) === 0) {
        if ((stream._duplexState & READ_PRIMARY_STATUS) === 0) {
          stream._duplexState |= READ_PRIMARY;
        }
        if ((stream._duplexState & WRITE_PRIMARY_STATUS) === 0) {
          stream._duplexState |= WRITE_PRIMARY;
        }
        stream.emit("open");
      }
      stream._duplexState &= NOT_ACTIVE;
      if (stream._writableState !== null) {
        stream._writableState.updateCallback();
      }
      if (stream._readableState !== null) {
        stream._readableState.updateCallback();
      }
    }
    function afterTransform(err, data) {
      if (data !== void 0 && data !== null) this.push(data);
      this._writableState.afterWrite(err);
    }
    function newListener(name) {
      if (this._readableState !== null) {
        if (name === "data") {
          this._duplexState |= READ_EMIT_DATA | READ_RESUMED_READ_AHEAD;
          this._readableState.updateNextTick();
        }
        if (name === "readable") {
          this._duplexState |= READ_EMIT_READABLE;
          this._readableState.updateNextTick();
        }
      }
      if (this._writableState !== null) {
        if (name === "drain") {
          this._duplexState |= WRITE_EMIT_DRAIN;
          this._writableState.updateNextTick();
        }
      }
    }
    var Stream = class extends EventEmitter {
      constructor(opts) {
        super();
        this._duplexState = 0;
        this._readableState = null;
        this._writableState = null;
        if (opts) {
          if (opts.open) this._open = opts.open;
          if (opts.destroy) this._destroy = opts.destroy;
          if (opts.predestroy) this._predestroy = opts.predestroy;
          if (opts.signal) opts.signal.addEventListener("abort", abort.bind(this));
        }
        this.on("newListener", newListener);
      }
      _open(cb) {
        cb(null);
      }
      _destroy(cb) {
        cb(null);
      }
      _predestroy() {
      }
      get readable() {
        return this._readableState !== null ? true : void 0;
      }
      get writable() {
        return this._writableState !== null ? true : void 0;
      }
      get destroyed() {
        return (this._duplexState & DESTROYED) !== 0;
      }
      get destroying() {
        return (this._duplexState & DESTROY_STATUS) !== 0;
      }
      destroy(err) {
        if ((this._duplexState & DESTROY_STATUS) === 0) {
          if (!err) err = StreamError.STREAM_DESTROYED();
          this._duplexState = (this._duplexState | DESTROYING) & NON_PRIMARY;
          if (this._readableState !== null) {
            this._readableState.highWaterMark = 0;
            this._readableState.error = err;
          }
          if (this._writableState !== null) {
            this._writableState.highWaterMark = 0;
            this._writableState.error = err;
          }
          this._duplexState |= PREDESTROYING;
          this._predestroy();
          this._duplexState &= NOT_PREDESTROYING;
          if (this._readableState !== null) {
            this._readableState.updateNextTick();
          }
          if (this._writableState !== null) {
            this._writableState.updateNextTick();
          }
        }
      }
    };
    var Readable3 = class _Readable extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | WRITE_DONE | READ_READ_AHEAD;
        this._readableState = new ReadableState(this, opts);
        if (opts) {
          if (this._readableState.readAhead === false) this._duplexState &= READ_NO_READ_AHEAD;
          if (opts.read) this._read = opts.read;
          if (opts.eagerOpen) this._readableState.updateNextTick();
          if (opts.encoding) this.setEncoding(opts.encoding);
        }
      }
      static deferred(fn, opts) {
        const out = new PassThrough(opts);
        fn().then((src) => {
          if (src === null) return out.end();
          if (out.destroying) return;
          pipeline(src, out, noop);
        }).catch((err) => out.destroy(err));
        return out;
      }
      setEncoding(encoding) {
        const dec = new TextDecoder(encoding);
        const map = this._readableState.map || echo;
        this._readableState.map = mapOrSkip;
        return this;
        function mapOrSkip(data) {
          const next = dec.push(data);
          return next === "" && (data.byteLength !== 0 || dec.remaining > 0) ? null : map(next);
        }
      }
      _read(cb) {
        cb(null);
      }
      pipe(dest, cb) {
        this._readableState.updateNextTick();
        this._readableState.pipe(dest, cb);
        return dest;
      }
      read() {
        this._readableState.updateNextTick();
        return this._readableState.read();
      }
      push(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.push(data);
      }
      unshift(data) {
        this._readableState.updateNextTickIfOpen();
        return this._readableState.unshift(data);
      }
      resume() {
        this._duplexState |= READ_RESUMED_READ_AHEAD;
        this._readableState.updateNextTick();
        return this;
      }
      pause() {
        this._duplexState &= this._readableState.readAhead === false ? READ_PAUSED_NO_READ_AHEAD : READ_PAUSED;
        return this;
      }
      static _fromAsyncIterator(ite, opts) {
        let destroy2;
        const rs = new _Readable({
          ...opts,
          read(cb) {
            ite.next().then(push).then(cb.bind(null, null)).catch(cb);
          },
          predestroy() {
            destroy2 = ite.return();
          },
          destroy(cb) {
            if (!destroy2) return cb(null);
            destroy2.then(cb.bind(null, null)).catch(cb);
          }
        });
        return rs;
        function push(data) {
          if (data.done) rs.push(null);
          else rs.push(data.value);
        }
      }
      static from(data, opts) {
        if (isReadStreamx(data)) return data;
        if (data[asyncIterator]) return this._fromAsyncIterator(data[asyncIterator](), opts);
        if (!Array.isArray(data)) data = data === void 0 ? [] : [data];
        let i = 0;
        return new _Readable({
          ...opts,
          read(cb) {
            this.push(i === data.length ? null : data[i++]);
            cb(null);
          }
        });
      }
      static isBackpressured(rs) {
        return (rs._duplexState & READ_BACKPRESSURE_STATUS) !== 0 || rs._readableState.buffered >= rs._readableState.highWaterMark;
      }
      static isPaused(rs) {
        return (rs._duplexState & READ_RESUMED) === 0;
      }
      [asyncIterator]() {
        const stream = this;
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        this.on("error", (err) => {
          error = err;
        });
        this.on("readable", onreadable);
        this.on("close", onclose);
        return {
          [asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(function(resolve, reject) {
              promiseResolve = resolve;
              promiseReject = reject;
              const data = stream.read();
              if (data !== null) ondata(data);
              else if ((stream._duplexState & DESTROYED) !== 0) ondata(null);
            });
          },
          return() {
            return destroy2(null);
          },
          throw(err) {
            return destroy2(err);
          }
        };
        function onreadable() {
          if (promiseResolve !== null) ondata(stream.read());
        }
        function onclose() {
          if (promiseResolve !== null) ondata(null);
        }
        function ondata(data) {
          if (promiseReject === null) return;
          if (error) {
            promiseReject(error);
          } else if (data === null && (stream._duplexState & READ_DONE) === 0) {
            promiseReject(StreamError.STREAM_DESTROYED());
          } else {
            promiseResolve({ value: data, done: data === null });
          }
          promiseReject = promiseResolve = null;
        }
        function destroy2(err) {
          stream.destroy(err);
          return new Promise((resolve, reject) => {
            if (stream._duplexState & DESTROYED) return resolve({ value: void 0, done: true });
            stream.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    var Writable = class extends Stream {
      constructor(opts) {
        super(opts);
        this._duplexState |= OPENING | READ_DONE;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
          if (opts.eagerOpen) this._writableState.updateNextTick();
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      static isBackpressured(ws) {
        return (ws._duplexState & WRITE_BACKPRESSURE_STATUS) !== 0;
      }
      static drained(ws) {
        if (ws.destroyed) return Promise.resolve(false);
        const state = ws._writableState;
        const pending = isWritev(ws) ? Math.min(1, state.queue.length) : state.queue.length;
        const writes = pending + (ws._duplexState & WRITE_WRITING ? 1 : 0);
        if (writes === 0) return Promise.resolve(true);
        if (state.drains === null) state.drains = [];
        return new Promise((resolve) => {
          state.drains.push({ writes, resolve });
        });
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Duplex = class extends Readable3 {
      // and Writable
      constructor(opts) {
        super(opts);
        this._duplexState = OPENING | this._duplexState & READ_READ_AHEAD;
        this._writableState = new WritableState(this, opts);
        if (opts) {
          if (opts.writev) this._writev = opts.writev;
          if (opts.write) this._write = opts.write;
          if (opts.final) this._final = opts.final;
        }
      }
      cork() {
        this._duplexState |= WRITE_CORKED;
      }
      uncork() {
        this._duplexState &= WRITE_NOT_CORKED;
        this._writableState.updateNextTick();
      }
      _writev(batch, cb) {
        cb(null);
      }
      _write(data, cb) {
        this._writableState.autoBatch(data, cb);
      }
      _final(cb) {
        cb(null);
      }
      write(data) {
        this._writableState.updateNextTick();
        return this._writableState.push(data);
      }
      end(data) {
        this._writableState.updateNextTick();
        this._writableState.end(data);
        return this;
      }
    };
    var Transform = class extends Duplex {
      constructor(opts) {
        super(opts);
        this._transformState = new TransformState(this);
        if (opts) {
          if (opts.transform) this._transform = opts.transform;
          if (opts.flush) this._flush = opts.flush;
        }
      }
      _write(data, cb) {
        if (this._readableState.buffered >= this._readableState.highWaterMark) {
          this._transformState.data = data;
        } else {
          this._transform(data, this._transformState.afterTransform);
        }
      }
      _read(cb) {
        if (this._transformState.data !== null) {
          const data = this._transformState.data;
          this._transformState.data = null;
          cb(null);
          this._transform(data, this._transformState.afterTransform);
        } else {
          cb(null);
        }
      }
      destroy(err) {
        super.destroy(err);
        if (this._transformState.data !== null) {
          this._transformState.data = null;
          this._transformState.afterTransform();
        }
      }
      _transform(data, cb) {
        cb(null, data);
      }
      _flush(cb) {
        cb(null);
      }
      _final(cb) {
        this._transformState.afterFinal = cb;
        this._flush(transformAfterFlush.bind(this));
      }
    };
    var PassThrough = class extends Transform {
    };
    function transformAfterFlush(err, data) {
      const cb = this._transformState.afterFinal;
      if (err) return cb(err);
      if (data !== null && data !== void 0) this.push(data);
      this.push(null);
      cb(null);
    }
    function pipelinePromise(...streams) {
      return new Promise((resolve, reject) => {
        return pipeline(...streams, (err) => {
          if (err) return reject(err);
          resolve();
        });
      });
    }
    function pipeline(stream, ...streams) {
      const all = Array.isArray(stream) ? [...stream, ...streams] : [stream, ...streams];
      const done = all.length && typeof all[all.length - 1] === "function" ? all.pop() : null;
      if (all.length < 2) throw StreamError.BAD_ARGUMENT("Pipeline requires at least 2 streams");
      let src = all[0];
      let dest = null;
      let error = null;
      for (let i = 1; i < all.length; i++) {
        dest = all[i];
        if (isStreamx(src)) {
          src.pipe(dest, onerror);
        } else {
          errorHandle(src, true, i > 1, onerror);
          src.pipe(dest);
        }
        src = dest;
      }
      if (done) {
        let fin = false;
        const autoDestroy = isStreamx(dest) || !!(dest._writableState && dest._writableState.autoDestroy);
        dest.on("error", (err) => {
          if (error === null) error = err;
        });
        dest.on("finish", () => {
          fin = true;
          if (!autoDestroy) done(error);
        });
        if (autoDestroy) {
          dest.on("close", () => done(error || (fin ? null : StreamError.PREMATURE_CLOSE())));
        }
      }
      return dest;
      function errorHandle(s, rd, wr, onerror2) {
        s.on("error", onerror2);
        s.on("close", onclose);
        function onclose() {
          if (rd && s._readableState && !s._readableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
          if (wr && s._writableState && !s._writableState.ended) {
            return onerror2(StreamError.PREMATURE_CLOSE());
          }
        }
      }
      function onerror(err) {
        if (!err || error) return;
        error = err;
        for (const s of all) {
          s.destroy(err);
        }
      }
    }
    function echo(s) {
      return s;
    }
    function isStream(stream) {
      return !!stream._readableState || !!stream._writableState;
    }
    function isStreamx(stream) {
      return typeof stream._duplexState === "number" && isStream(stream);
    }
    function isEnding(stream) {
      return !!stream._readableState && stream._readableState.ending;
    }
    function isEnded(stream) {
      return !!stream._readableState && stream._readableState.ended;
    }
    function isFinishing(stream) {
      return !!stream._writableState && stream._writableState.ending;
    }
    function isFinished(stream) {
      return !!stream._writableState && stream._writableState.ended;
    }
    function getStreamError(stream, opts = {}) {
      const err = stream._readableState && stream._readableState.error || stream._writableState && stream._writableState.error;
      return !opts.all && StreamError.isStreamDestroyed(err) ? null : err;
    }
    function isReadStreamx(stream) {
      return isStreamx(stream) && stream.readable;
    }
    function isDisturbed(stream) {
      return (stream._duplexState & OPENING) !== OPENING || (stream._duplexState & DESTROYING) === DESTROYING || (stream._duplexState & ACTIVE_OR_TICKING) !== 0;
    }
    function isTypedArray(data) {
      return typeof data === "object" && data !== null && typeof data.byteLength === "number";
    }
    function defaultByteLength(data) {
      return isTypedArray(data) ? data.byteLength : 1024;
    }
    function noop() {
    }
    function abort() {
      this.destroy(StreamError.ABORTED());
    }
    function isWritev(s) {
      return s._writev !== Writable.prototype._writev && s._writev !== Duplex.prototype._writev;
    }
    module.exports = {
      pipeline,
      pipelinePromise,
      isStream,
      isStreamx,
      isEnding,
      isEnded,
      isFinishing,
      isFinished,
      isDisturbed,
      getStreamError,
      Stream,
      Writable,
      Readable: Readable3,
      Duplex,
      Transform,
      // Export PassThrough for compatibility with Node.js core's stream module
      PassThrough
    };
  }
});

// node_modules/tar-stream/headers.js
var require_headers = __commonJS({
  "node_modules/tar-stream/headers.js"(exports) {
    var b4a = require_b4a();
    var ZEROS = "0000000000000000000";
    var SEVENS = "7777777777777777777";
    var ZERO_OFFSET = "0".charCodeAt(0);
    var USTAR_MAGIC = b4a.from([117, 115, 116, 97, 114, 0]);
    var USTAR_VER = b4a.from([ZERO_OFFSET, ZERO_OFFSET]);
    var GNU_MAGIC = b4a.from([117, 115, 116, 97, 114, 32]);
    var GNU_VER = b4a.from([32, 0]);
    var MASK = 4095;
    var MAGIC_OFFSET = 257;
    var VERSION_OFFSET = 263;
    exports.decodeLongPath = function decodeLongPath(buf, encoding) {
      return decodeStr(buf, 0, buf.length, encoding);
    };
    exports.encodePax = function encodePax(opts) {
      let result = "";
      if (opts.name) result += addLength(" path=" + opts.name + "\n");
      if (opts.linkname) result += addLength(" linkpath=" + opts.linkname + "\n");
      const pax = opts.pax;
      if (pax) {
        for (const key in pax) {
          result += addLength(" " + key + "=" + pax[key] + "\n");
        }
      }
      return b4a.from(result);
    };
    exports.decodePax = function decodePax(buf) {
      const result = {};
      while (buf.length) {
        let i = 0;
        while (i < buf.length && buf[i] !== 32) i++;
        const len = parseInt(b4a.toString(buf.subarray(0, i)), 10);
        if (!len) return result;
        const b = b4a.toString(buf.subarray(i + 1, len - 1));
        const keyIndex = b.indexOf("=");
        if (keyIndex === -1) return result;
        result[b.slice(0, keyIndex)] = b.slice(keyIndex + 1);
        buf = buf.subarray(len);
      }
      return result;
    };
    exports.encode = function encode(opts) {
      const buf = b4a.alloc(512);
      let name = opts.name;
      let prefix = "";
      if (opts.typeflag === 5 && name[name.length - 1] !== "/") name += "/";
      if (b4a.byteLength(name) !== name.length) return null;
      while (b4a.byteLength(name) > 100) {
        const i = name.indexOf("/");
        if (i === -1) return null;
        prefix += prefix ? "/" + name.slice(0, i) : name.slice(0, i);
        name = name.slice(i + 1);
      }
      if (b4a.byteLength(name) > 100 || b4a.byteLength(prefix) > 155) return null;
      if (opts.linkname && b4a.byteLength(opts.linkname) > 100) return null;
      b4a.write(buf, name);
      b4a.write(buf, encodeOct(opts.mode & MASK, 6), 100);
      b4a.write(buf, encodeOct(opts.uid, 6), 108);
      b4a.write(buf, encodeOct(opts.gid, 6), 116);
      encodeSize(opts.size, buf, 124);
      b4a.write(buf, encodeOct(opts.mtime.getTime() / 1e3 | 0, 11), 136);
      buf[156] = ZERO_OFFSET + toTypeflag(opts.type);
      if (opts.linkname) b4a.write(buf, opts.linkname, 157);
      b4a.copy(USTAR_MAGIC, buf, MAGIC_OFFSET);
      b4a.copy(USTAR_VER, buf, VERSION_OFFSET);
      if (opts.uname) b4a.write(buf, opts.uname, 265);
      if (opts.gname) b4a.write(buf, opts.gname, 297);
      b4a.write(buf, encodeOct(opts.devmajor || 0, 6), 329);
      b4a.write(buf, encodeOct(opts.devminor || 0, 6), 337);
      if (prefix) b4a.write(buf, prefix, 345);
      b4a.write(buf, encodeOct(cksum(buf), 6), 148);
      return buf;
    };
    exports.decode = function decode(buf, filenameEncoding, allowUnknownFormat) {
      let typeflag = buf[156] === 0 ? 0 : buf[156] - ZERO_OFFSET;
      let name = decodeStr(buf, 0, 100, filenameEncoding);
      const mode = decodeOct(buf, 100, 8);
      const uid = decodeOct(buf, 108, 8);
      const gid = decodeOct(buf, 116, 8);
      const size = decodeOct(buf, 124, 12);
      const mtime = decodeOct(buf, 136, 12);
      const type = toType(typeflag);
      const linkname = buf[157] === 0 ? null : decodeStr(buf, 157, 100, filenameEncoding);
      const uname = decodeStr(buf, 265, 32);
      const gname = decodeStr(buf, 297, 32);
      const devmajor = decodeOct(buf, 329, 8);
      const devminor = decodeOct(buf, 337, 8);
      const c = cksum(buf);
      if (c === 8 * 32) return null;
      if (c !== decodeOct(buf, 148, 8)) throw new Error("Invalid tar header. Maybe the tar is corrupted or it needs to be gunzipped?");
      if (isUSTAR(buf)) {
        if (buf[345]) name = decodeStr(buf, 345, 155, filenameEncoding) + "/" + name;
      } else if (isGNU(buf)) {
      } else {
        if (!allowUnknownFormat) {
          throw new Error("Invalid tar header: unknown format.");
        }
      }
      if (typeflag === 0 && name && name[name.length - 1] === "/") typeflag = 5;
      return {
        name,
        mode,
        uid,
        gid,
        size,
        byteOffset: 0,
        mtime: new Date(1e3 * mtime),
        type,
        linkname,
        uname,
        gname,
        devmajor,
        devminor,
        pax: null
      };
    };
    function isUSTAR(buf) {
      return b4a.equals(USTAR_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6));
    }
    function isGNU(buf) {
      return b4a.equals(GNU_MAGIC, buf.subarray(MAGIC_OFFSET, MAGIC_OFFSET + 6)) && b4a.equals(GNU_VER, buf.subarray(VERSION_OFFSET, VERSION_OFFSET + 2));
    }
    function clamp(index, len, defaultValue) {
      if (typeof index !== "number") return defaultValue;
      index = ~~index;
      if (index >= len) return len;
      if (index >= 0) return index;
      index += len;
      if (index >= 0) return index;
      return 0;
    }
    function toType(flag) {
      switch (flag) {
        case 0:
          return "file";
        case 1:
          return "link";
        case 2:
          return "symlink";
        case 3:
          return "character-device";
        case 4:
          return "block-device";
        case 5:
          return "directory";
        case 6:
          return "fifo";
        case 7:
          return "contiguous-file";
        case 72:
          return "pax-header";
        case 55:
          return "pax-global-header";
        case 27:
          return "gnu-long-link-path";
        case 28:
        case 30:
          return "gnu-long-path";
      }
      return null;
    }
    function toTypeflag(flag) {
      switch (flag) {
        case "file":
          return 0;
        case "link":
          return 1;
        case "symlink":
          return 2;
        case "character-device":
          return 3;
        case "block-device":
          return 4;
        case "directory":
          return 5;
        case "fifo":
          return 6;
        case "contiguous-file":
          return 7;
        case "pax-header":
          return 72;
      }
      return 0;
    }
    function indexOf(block, num, offset, end) {
      for (; offset < end; offset++) {
        if (block[offset] === num) return offset;
      }
      return end;
    }
    function cksum(block) {
      let sum2 = 8 * 32;
      for (let i = 0; i < 148; i++) sum2 += block[i];
      for (let j = 156; j < 512; j++) sum2 += block[j];
      return sum2;
    }
    function encodeOct(val, n) {
      val = val.toString(8);
      if (val.length > n) return SEVENS.slice(0, n) + " ";
      return ZEROS.slice(0, n - val.length) + val + " ";
    }
    function encodeSizeBin(num, buf, off) {
      buf[off] = 128;
      for (let i = 11; i > 0; i--) {
        buf[off + i] = num & 255;
        num = Math.floor(num / 256);
      }
    }
    function encodeSize(num, buf, off) {
      if (num.toString(8).length > 11) {
        encodeSizeBin(num, buf, off);
      } else {
        b4a.write(buf, encodeOct(num, 11), off);
      }
    }
    function parse256(buf) {
      let positive;
      if (buf[0] === 128) positive = true;
      else if (buf[0] === 255) positive = false;
      else return null;
      const tuple = [];
      let i;
      for (i = buf.length - 1; i > 0; i--) {
        const byte = buf[i];
        if (positive) tuple.push(byte);
        else tuple.push(255 - byte);
      }
      let sum2 = 0;
      const l = tuple.length;
      for (i = 0; i < l; i++) {
        sum2 += tuple[i] * Math.pow(256, i);
      }
      return positive ? sum2 : -1 * sum2;
    }
    function decodeOct(val, offset, length) {
      val = val.subarray(offset, offset + length);
      offset = 0;
      if (val[offset] & 128) {
        return parse256(val);
      } else {
        while (offset < val.length && val[offset] === 32) offset++;
        const end = clamp(indexOf(val, 32, offset, val.length), val.length, val.length);
        while (offset < end && val[offset] === 0) offset++;
        if (end === offset) return 0;
        return parseInt(b4a.toString(val.subarray(offset, end)), 8);
      }
    }
    function decodeStr(val, offset, length, encoding) {
      return b4a.toString(val.subarray(offset, indexOf(val, 0, offset, offset + length)), encoding);
    }
    function addLength(str) {
      const len = b4a.byteLength(str);
      let digits = Math.floor(Math.log(len) / Math.log(10)) + 1;
      if (len + digits >= Math.pow(10, digits)) digits++;
      return len + digits + str;
    }
  }
});

// node_modules/tar-stream/extract.js
var require_extract = __commonJS({
  "node_modules/tar-stream/extract.js"(exports, module) {
    var { Writable, Readable: Readable3, getStreamError } = require_streamx();
    var FIFO = require_fast_fifo();
    var b4a = require_b4a();
    var headers = require_headers();
    var EMPTY = b4a.alloc(0);
    var MAX_HEADER_SIZE = 4 * 1024 * 1024;
    var BufferList = class {
      constructor() {
        this.buffered = 0;
        this.shifted = 0;
        this.queue = new FIFO();
        this._offset = 0;
      }
      push(buffer2) {
        this.buffered += buffer2.byteLength;
        this.queue.push(buffer2);
      }
      shiftFirst(size) {
        return this.buffered === 0 ? null : this._next(size);
      }
      shift(size) {
        if (size > this.buffered) return null;
        if (size === 0) return EMPTY;
        let chunk = this._next(size);
        if (size === chunk.byteLength) return chunk;
        const chunks = [chunk];
        while ((size -= chunk.byteLength) > 0) {
          chunk = this._next(size);
          chunks.push(chunk);
        }
        return b4a.concat(chunks);
      }
      _next(size) {
        const buf = this.queue.peek();
        const rem = buf.byteLength - this._offset;
        if (size >= rem) {
          const sub = this._offset ? buf.subarray(this._offset, buf.byteLength) : buf;
          this.queue.shift();
          this._offset = 0;
          this.buffered -= rem;
          this.shifted += rem;
          return sub;
        }
        this.buffered -= size;
        this.shifted += size;
        return buf.subarray(this._offset, this._offset += size);
      }
    };
    var Source = class extends Readable3 {
      constructor(self, header, offset) {
        super();
        this.header = header;
        this.offset = offset;
        this._parent = self;
      }
      _read(cb) {
        if (this.header.size === 0) {
          this.push(null);
        }
        if (this._parent._stream === this) {
          this._parent._update();
        }
        cb(null);
      }
      _predestroy() {
        this._parent.destroy(getStreamError(this));
      }
      _detach() {
        if (this._parent._stream === this) {
          this._parent._stream = null;
          this._parent._missing = overflow(this.header.size);
          this._parent._update();
        }
      }
      _destroy(cb) {
        this._detach();
        cb(null);
      }
    };
    var Extract = class extends Writable {
      constructor(opts) {
        super(opts);
        if (!opts) opts = {};
        this._buffer = new BufferList();
        this._offset = 0;
        this._header = null;
        this._stream = null;
        this._missing = 0;
        this._longHeader = false;
        this._callback = noop;
        this._locked = false;
        this._finished = false;
        this._pax = null;
        this._paxGlobal = null;
        this._gnuLongPath = null;
        this._gnuLongLinkPath = null;
        this._filenameEncoding = opts.filenameEncoding || "utf-8";
        this._allowUnknownFormat = !!opts.allowUnknownFormat;
        this._unlockBound = this._unlock.bind(this);
      }
      _unlock(err) {
        this._locked = false;
        if (err) {
          this.destroy(err);
          this._continueWrite(err);
          return;
        }
        this._update();
      }
      _consumeHeader() {
        if (this._locked) return false;
        this._offset = this._buffer.shifted;
        try {
          this._header = headers.decode(this._buffer.shift(512), this._filenameEncoding, this._allowUnknownFormat);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        if (!this._header) return true;
        this._header.byteOffset = this._buffer.shifted;
        switch (this._header.type) {
          case "gnu-long-path":
          case "gnu-long-link-path":
          case "pax-global-header":
          case "pax-header":
            this._longHeader = true;
            this._missing = this._header.size;
            if (this._missing > MAX_HEADER_SIZE) {
              this._continueWrite(new Error("Header exceeds max size"));
              return false;
            }
            return true;
        }
        this._locked = true;
        this._applyLongHeaders();
        if (!(this._header.size >= 0)) {
          this._continueWrite(new Error("Invalid header"));
          return false;
        }
        if (this._header.size === 0 || this._header.type === "directory") {
          this.emit("entry", this._header, this._createStream(), this._unlockBound);
          return true;
        }
        this._stream = this._createStream();
        this._missing = this._header.size;
        this.emit("entry", this._header, this._stream, this._unlockBound);
        return true;
      }
      _applyLongHeaders() {
        if (this._gnuLongPath) {
          this._header.name = this._gnuLongPath;
          this._gnuLongPath = null;
        }
        if (this._gnuLongLinkPath) {
          this._header.linkname = this._gnuLongLinkPath;
          this._gnuLongLinkPath = null;
        }
        if (this._pax) {
          if (this._pax.path) this._header.name = this._pax.path;
          if (this._pax.linkpath) this._header.linkname = this._pax.linkpath;
          if (this._pax.size) this._header.size = parseInt(this._pax.size, 10);
          this._header.pax = this._pax;
          this._pax = null;
        }
      }
      _decodeLongHeader(buf) {
        switch (this._header.type) {
          case "gnu-long-path":
            this._gnuLongPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "gnu-long-link-path":
            this._gnuLongLinkPath = headers.decodeLongPath(buf, this._filenameEncoding);
            break;
          case "pax-global-header":
            this._paxGlobal = headers.decodePax(buf);
            break;
          case "pax-header":
            this._pax = this._paxGlobal === null ? headers.decodePax(buf) : Object.assign({}, this._paxGlobal, headers.decodePax(buf));
            break;
        }
      }
      _consumeLongHeader() {
        this._longHeader = false;
        this._missing = overflow(this._header.size);
        const buf = this._buffer.shift(this._header.size);
        try {
          this._decodeLongHeader(buf);
        } catch (err) {
          this._continueWrite(err);
          return false;
        }
        return true;
      }
      _consumeStream() {
        const buf = this._buffer.shiftFirst(this._missing);
        if (buf === null) return false;
        this._missing -= buf.byteLength;
        const drained = this._stream.push(buf);
        if (this._missing === 0) {
          this._stream.push(null);
          if (drained) this._stream._detach();
          return drained && this._locked === false;
        }
        return drained;
      }
      _createStream() {
        return new Source(this, this._header, this._offset);
      }
      _update() {
        while (this._buffer.buffered > 0 && !this.destroying) {
          if (this._missing > 0) {
            if (this._stream !== null) {
              if (this._consumeStream() === false) return;
              continue;
            }
            if (this._longHeader === true) {
              if (this._missing > this._buffer.buffered) break;
              if (this._consumeLongHeader() === false) return false;
              continue;
            }
            const ignore = this._buffer.shiftFirst(this._missing);
            if (ignore !== null) this._missing -= ignore.byteLength;
            continue;
          }
          if (this._buffer.buffered < 512) break;
          if (this._stream !== null || this._consumeHeader() === false) return;
        }
        this._continueWrite(null);
      }
      _continueWrite(err) {
        const cb = this._callback;
        this._callback = noop;
        cb(err);
      }
      _write(data, cb) {
        this._callback = cb;
        this._buffer.push(data);
        this._update();
      }
      _final(cb) {
        this._finished = this._missing === 0 && this._buffer.buffered === 0;
        cb(this._finished ? null : new Error("Unexpected end of data"));
      }
      _predestroy() {
        this._continueWrite(null);
      }
      _destroy(cb) {
        if (this._stream) this._stream.destroy(getStreamError(this));
        cb(null);
      }
      [Symbol.asyncIterator]() {
        let error = null;
        let promiseResolve = null;
        let promiseReject = null;
        let entryStream = null;
        let entryCallback = null;
        const extract = this;
        this.on("entry", onentry);
        this.on("error", (err) => {
          error = err;
        });
        this.on("close", onclose);
        return {
          [Symbol.asyncIterator]() {
            return this;
          },
          next() {
            return new Promise(onnext);
          },
          return() {
            return destroy2(null);
          },
          throw(err) {
            return destroy2(err);
          }
        };
        function consumeCallback(err) {
          if (!entryCallback) return;
          const cb = entryCallback;
          entryCallback = null;
          cb(err);
        }
        function onnext(resolve, reject) {
          if (error) {
            return reject(error);
          }
          if (entryStream) {
            resolve({ value: entryStream, done: false });
            entryStream = null;
            return;
          }
          promiseResolve = resolve;
          promiseReject = reject;
          consumeCallback(null);
          if (extract._finished && promiseResolve) {
            promiseResolve({ value: void 0, done: true });
            promiseResolve = promiseReject = null;
          }
        }
        function onentry(header, stream, callback) {
          entryCallback = callback;
          stream.on("error", noop);
          if (promiseResolve) {
            promiseResolve({ value: stream, done: false });
            promiseResolve = promiseReject = null;
          } else {
            entryStream = stream;
          }
        }
        function onclose() {
          consumeCallback(error);
          if (!promiseResolve) return;
          if (error) promiseReject(error);
          else promiseResolve({ value: void 0, done: true });
          promiseResolve = promiseReject = null;
        }
        function destroy2(err) {
          extract.destroy(err);
          consumeCallback(err);
          return new Promise((resolve, reject) => {
            if (extract.destroyed) return resolve({ value: void 0, done: true });
            extract.once("close", function() {
              if (err) reject(err);
              else resolve({ value: void 0, done: true });
            });
          });
        }
      }
    };
    module.exports = function extract(opts) {
      return new Extract(opts);
    };
    function noop() {
    }
    function overflow(size) {
      size &= 511;
      return size && 512 - size;
    }
  }
});

// node_modules/tar-stream/constants.js
var require_constants = __commonJS({
  "node_modules/tar-stream/constants.js"(exports, module) {
    var constants = {
      // just for envs without fs
      S_IFMT: 61440,
      S_IFDIR: 16384,
      S_IFCHR: 8192,
      S_IFBLK: 24576,
      S_IFIFO: 4096,
      S_IFLNK: 40960
    };
    try {
      module.exports = __require("fs").constants || constants;
    } catch {
      module.exports = constants;
    }
  }
});

// node_modules/tar-stream/pack.js
var require_pack = __commonJS({
  "node_modules/tar-stream/pack.js"(exports, module) {
    var { Readable: Readable3, Writable, getStreamError } = require_streamx();
    var b4a = require_b4a();
    var constants = require_constants();
    var headers = require_headers();
    var DMODE = 493;
    var FMODE = 420;
    var END_OF_TAR = b4a.alloc(1024);
    var Sink = class extends Writable {
      constructor(pack2, header, callback) {
        super({ mapWritable, eagerOpen: true });
        this.written = 0;
        this.header = header;
        this._callback = callback;
        this._linkname = null;
        this._isLinkname = header.type === "symlink" && !header.linkname;
        this._isVoid = header.type !== "file" && header.type !== "contiguous-file";
        this._finished = false;
        this._pack = pack2;
        this._openCallback = null;
        if (this._pack._stream === null) this._pack._stream = this;
        else this._pack._pending.push(this);
      }
      _open(cb) {
        this._openCallback = cb;
        if (this._pack._stream === this) this._continueOpen();
      }
      _continuePack(err) {
        if (this._callback === null) return;
        const callback = this._callback;
        this._callback = null;
        callback(err);
      }
      _continueOpen() {
        if (this._pack._stream === null) this._pack._stream = this;
        const cb = this._openCallback;
        this._openCallback = null;
        if (cb === null) return;
        if (this._pack.destroying) return cb(new Error("pack stream destroyed"));
        if (this._pack._finalized) return cb(new Error("pack stream is already finalized"));
        this._pack._stream = this;
        if (!this._isLinkname) {
          this._pack._encode(this.header);
        }
        if (this._isVoid) {
          this._finish();
          this._continuePack(null);
        }
        cb(null);
      }
      _write(data, cb) {
        if (this._isLinkname) {
          this._linkname = this._linkname ? b4a.concat([this._linkname, data]) : data;
          return cb(null);
        }
        if (this._isVoid) {
          if (data.byteLength > 0) {
            return cb(new Error("No body allowed for this entry"));
          }
          return cb();
        }
        this.written += data.byteLength;
        if (this._pack.push(data)) return cb();
        this._pack._drain = cb;
      }
      _finish() {
        if (this._finished) return;
        this._finished = true;
        if (this._isLinkname) {
          this.header.linkname = this._linkname ? b4a.toString(this._linkname, "utf-8") : "";
          this._pack._encode(this.header);
        }
        overflow(this._pack, this.header.size);
        this._pack._done(this);
      }
      _final(cb) {
        if (this.written !== this.header.size) {
          return cb(new Error("Size mismatch"));
        }
        this._finish();
        cb(null);
      }
      _getError() {
        return getStreamError(this) || new Error("tar entry destroyed");
      }
      _predestroy() {
        this._pack.destroy(this._getError());
      }
      _destroy(cb) {
        this._pack._done(this);
        this._continuePack(this._finished ? null : this._getError());
        cb();
      }
    };
    var Pack = class extends Readable3 {
      constructor(opts) {
        super(opts);
        this._drain = noop;
        this._finalized = false;
        this._finalizing = false;
        this._pending = [];
        this._stream = null;
      }
      entry(header, buffer2, callback) {
        if (this._finalized || this.destroying) throw new Error("already finalized or destroyed");
        if (typeof buffer2 === "function") {
          callback = buffer2;
          buffer2 = null;
        }
        if (!callback) callback = noop;
        if (!header.size || header.type === "symlink") header.size = 0;
        if (!header.type) header.type = modeToType(header.mode);
        if (!header.mode) header.mode = header.type === "directory" ? DMODE : FMODE;
        if (!header.uid) header.uid = 0;
        if (!header.gid) header.gid = 0;
        if (!header.mtime) header.mtime = /* @__PURE__ */ new Date();
        if (typeof buffer2 === "string") buffer2 = b4a.from(buffer2);
        const sink = new Sink(this, header, callback);
        if (b4a.isBuffer(buffer2)) {
          header.size = buffer2.byteLength;
          sink.write(buffer2);
          sink.end();
          return sink;
        }
        if (sink._isVoid) {
          return sink;
        }
        return sink;
      }
      finalize() {
        if (this._stream || this._pending.length > 0) {
          this._finalizing = true;
          return;
        }
        if (this._finalized) return;
        this._finalized = true;
        this.push(END_OF_TAR);
        this.push(null);
      }
      _done(stream) {
        if (stream !== this._stream) return;
        this._stream = null;
        if (this._finalizing) this.finalize();
        if (this._pending.length) this._pending.shift()._continueOpen();
      }
      _encode(header) {
        if (!header.pax) {
          const buf = headers.encode(header);
          if (buf) {
            this.push(buf);
            return;
          }
        }
        this._encodePax(header);
      }
      _encodePax(header) {
        const paxHeader = headers.encodePax({
          name: header.name,
          linkname: header.linkname,
          pax: header.pax
        });
        const newHeader = {
          name: "PaxHeader",
          mode: header.mode,
          uid: header.uid,
          gid: header.gid,
          size: paxHeader.byteLength,
          mtime: header.mtime,
          type: "pax-header",
          linkname: header.linkname && "PaxHeader",
          uname: header.uname,
          gname: header.gname,
          devmajor: header.devmajor,
          devminor: header.devminor
        };
        this.push(headers.encode(newHeader));
        this.push(paxHeader);
        overflow(this, paxHeader.byteLength);
        newHeader.size = header.size;
        newHeader.type = header.type;
        this.push(headers.encode(newHeader));
      }
      _doDrain() {
        const drain = this._drain;
        this._drain = noop;
        drain();
      }
      _predestroy() {
        const err = getStreamError(this);
        if (this._stream) this._stream.destroy(err);
        while (this._pending.length) {
          const stream = this._pending.shift();
          stream.destroy(err);
          stream._continueOpen();
        }
        this._doDrain();
      }
      _read(cb) {
        this._doDrain();
        cb();
      }
    };
    module.exports = function pack2(opts) {
      return new Pack(opts);
    };
    function modeToType(mode) {
      switch (mode & constants.S_IFMT) {
        case constants.S_IFBLK:
          return "block-device";
        case constants.S_IFCHR:
          return "character-device";
        case constants.S_IFDIR:
          return "directory";
        case constants.S_IFIFO:
          return "fifo";
        case constants.S_IFLNK:
          return "symlink";
      }
      return "file";
    }
    function noop() {
    }
    function overflow(self, size) {
      size &= 511;
      if (size) self.push(END_OF_TAR.subarray(0, 512 - size));
    }
    function mapWritable(buf) {
      return b4a.isBuffer(buf) ? buf : b4a.from(buf);
    }
  }
});

// node_modules/tar-stream/index.js
var require_tar_stream = __commonJS({
  "node_modules/tar-stream/index.js"(exports) {
    exports.extract = require_extract();
    exports.pack = require_pack();
  }
});

// action/app.ts
import { setTimeout as sleep } from "node:timers/promises";

// src/shared/exit-code.ts
var ExitCode = {
  ok: 0,
  failed: 1,
  changes: 2,
  rejected: 3,
  cancelled: 4,
  usage: 64,
  locked: 75,
  interrupted: 130,
  /** As a shell tells of a program that SIGPIPE ended: 128 and the signal's number. */
  unread: 141
};

// src/shared/error-codes/configuration.ts
var CONFIGURATION_ERRORS = {
  cloud_unknown: {
    meaning: "AZURE_CLOUD names no cloud that is known.",
    next: "Set it to one of the names that the message lists, or leave it out.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  command_invalid: {
    meaning: "The command line has a command, an option or a value that there is none of.",
    next: "Correct the word that the message names; --help lists what there is.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  config_invalid: {
    meaning: "The configuration breaks its schema or its rules; every problem is listed with its place.",
    next: "Correct the places that the message names.",
    exitCode: ExitCode.usage,
    wrong: "configuration",
    status: 400
  },
  config_too_large: {
    meaning: "The configuration file is too large.",
    next: "Check that --config names the right file.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  config_too_costly: {
    meaning: "The configuration that was sent takes longer to read than the app allows.",
    next: "Split it, or take out what it repeats; DRAFTGENIE_PARSE_LIMIT_IN_SECONDS allows more.",
    exitCode: ExitCode.usage,
    wrong: "configuration",
    status: 422
  },
  config_unreadable: {
    meaning: "The configuration file is not there, may not be read, or is not UTF-8 text.",
    next: "Name a readable file with --config PATH.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  config_is_compose: {
    meaning: "The file is one of Docker Compose, and no configuration of this program.",
    next: "Make a configuration of it with draftgenie-deploy init --from FILE.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  export_exists: {
    meaning: "The folder that export would write to is not empty; nothing in it is overwritten.",
    next: "Name a folder that is not there yet.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  export_unwritable: {
    meaning: "The folder that export would write to, or a file in it, cannot be written.",
    next: "Name a folder that can be made, and written to.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  install_incomplete: {
    meaning: "`install` was not told the name of the app or its region.",
    next: "Say --name and --location; later calls remember them.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  install_edited: {
    meaning: "The file of an installation is not as `install` wrote it, so that it does not write it anew.",
    next: "Write what you want into the file itself, and run `install` without options; or name another file with --config.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  github_subject_unknown: {
    meaning: "How GitHub calls the jobs of a repository could not be asked, or follows a template of its own.",
    next: "Give it with --subject.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  init_exists: {
    meaning: "The file that init would write is there already; it is never overwritten.",
    next: "Write to another file with --output FILE, or look first with --dry-run.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  init_nothing_found: {
    meaning: "init found nothing of which it could make a configuration.",
    next: "Name the folder of the application, or a file with --from FILE.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  group_unknown: {
    meaning: "import was given a resource group that is not there, or that this account may not see.",
    next: "Name one of those that `az group list` prints, and its subscription with --subscription.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  group_ambiguous: {
    meaning: "Several environments of this program share the resource group, and import was not told which one is meant.",
    next: "Name one of those that the message lists with --environment NAME.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  group_without_environment: {
    meaning: "import found no Container Apps environment in the resource group, or several and none was named.",
    next: "Name the one that is meant with --container-apps-environment NAME.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  init_unreadable: {
    meaning: "A file that init was given is not there, or is none of those that it can read.",
    next: "Name a Compose file, a Dockerfile or a configuration of the original script with --from FILE.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  init_unwritable: {
    meaning: "The file that init would write cannot be written where it was to be.",
    next: "Write to another place with --output FILE, or print it with --dry-run.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  no_terminal: {
    meaning: "The command needs an answer, and there is no terminal to ask on.",
    next: "Add --auto-approve (for init: --yes), or run it on a terminal.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  options_contradict: {
    meaning: "Two options of one command, or of one request, exclude each other.",
    next: "Leave one of them out.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  not_remote: {
    meaning: "The command has no --remote: it works on a state that this machine can reach.",
    next: "Leave --remote out, or run it where the state can be reached.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  secret_in_config: {
    meaning: "The configuration holds a secret value, which is not sent to a remote app.",
    next: "Write env:NAME and set DRAFTGENIE_SECRET_NAME in the settings of the app, or write keyvault:NAME.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  secret_missing: {
    meaning: "No value was given for a secret that the configuration needs.",
    next: "Set the variables that the message names in the environment of the process that deploys.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  secret_refused: {
    meaning: "The value given for a secret is one that Azure refuses.",
    next: "Give another value in the variable that the message names.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  setting_invalid: {
    meaning: "A setting of the app has a value that is not allowed.",
    next: "Set it to what the message allows.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  setting_missing: {
    meaning: "A function needs a setting of the app that is not there.",
    next: "Set it in the app, or in local.settings.json.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  }
};

// src/shared/error-codes/host.ts
var HOST_ERRORS = {
  address_private: {
    meaning: "A repository that the configuration names is at, or leads to, an address inside: loopback, link-local, private or shared.",
    next: "Name a public repository in docker.source; whoever runs this program allows hosts with DRAFTGENIE_PRIVATE_GIT_HOSTS.",
    exitCode: ExitCode.failed
  },
  address_not_here: {
    meaning: "The address that an app was to be served at is none of this machine.",
    next: "Name one of its addresses with --host; 0.0.0.0 takes all of them.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  address_unknown: {
    meaning: "Nothing that was deployed has that name, or several services have an address and none was named.",
    next: "Name one of those that the message lists.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  page_missing: {
    meaning: "The page that the app serves at /api/ui is not part of this build, or not that file of it.",
    next: 'Build it with "npm run build"; an app on Azure gets it with `draftgenie-deploy install`.',
    exitCode: ExitCode.failed,
    status: 404
  },
  code_unknown: {
    meaning: "No error has that code.",
    next: "Look it up in docs/errors.md; a code of Azure that is not there is in the documentation of Azure.",
    exitCode: ExitCode.changes
  },
  azurite_failed: {
    meaning: "The storage emulator Azurite did not start, or ended.",
    next: "Read what it wrote to standard error.",
    exitCode: ExitCode.failed
  },
  azurite_missing: {
    meaning: "The storage emulator Azurite is not installed.",
    next: "Install it with npm install azurite, or set DEPLOYMENT_STORAGE to a storage that is there.",
    exitCode: ExitCode.failed
  },
  blob_trigger_invalid: {
    meaning: "A blob trigger has a path or a connection that cannot be used.",
    next: "Correct the registration of the function that the message names.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  certificate_untrusted: {
    meaning: "A certificate is of an authority that is not trusted, such as that of a proxy that looks into TLS.",
    next: "Name the PEM file of the authority in NODE_EXTRA_CA_CERTS; when there should be none, find out who answers.",
    exitCode: ExitCode.failed
  },
  directory_missing: {
    meaning: "Timers were registered, and no directory is given to keep their times in.",
    next: "Give the runtime a directory.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  disk_full: {
    meaning: "A file of this machine could not be written: there is no room, or no quota, for it.",
    next: "Make room and start the same command again: a deployment goes on where it stopped.",
    exitCode: ExitCode.failed
  },
  folder_foreign: {
    meaning: "The folder that an app is served from is not that of the user who runs it.",
    next: "Serve from a directory of your own, or remove the folder.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  function_unsupported: {
    meaning: "The embedded runtime does not serve a trigger or binding of a function.",
    next: "Use one that the message lists, or the real Functions host.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  host_json_invalid: {
    meaning: "host.json is not JSON, or a setting in it is not allowed.",
    next: "Correct the place that the message names.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  host_refused: {
    meaning: "An address of the configuration, or one that an answer gave, leads to a host that gets nothing from this product.",
    next: "Correct the name that the address is made of; when Azure gave it, check AZURE_CLOUD and any proxy in between.",
    exitCode: ExitCode.failed
  },
  not_asked: {
    meaning: "A plan of a configuration that is not trusted asks nobody but Resource Manager, and this was something else.",
    next: "Plan without --untrusted once the configuration was read by somebody who may deploy it.",
    exitCode: ExitCode.failed
  },
  journal_corrupt: {
    meaning: "The journal of the embedded runtime is damaged before its last line.",
    next: "Move the file away and run again: the next run goes on from the state and from Azure.",
    exitCode: ExitCode.failed
  },
  keys_invalid: {
    meaning: "The file of access keys is damaged.",
    next: "Delete it: the next start makes new keys.",
    exitCode: ExitCode.failed
  },
  port_in_use: {
    meaning: "Another process listens on the port.",
    next: "Name another one with --port; 0 takes any that is free.",
    exitCode: ExitCode.failed
  },
  proxy_refused: {
    meaning: "The proxy does not let a request pass (407: no or a wrong user and password; 403: a host that is not allowed).",
    next: "Put user and password into HTTPS_PROXY, have the host allowed at the proxy, or name it in NO_PROXY.",
    exitCode: ExitCode.failed
  },
  proxy_setting_invalid: {
    meaning: "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is not the address of a proxy.",
    next: "Write it as http://host:port or https://host:port; characters of a password percent-encoded.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  proxy_unreachable: {
    meaning: "The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names does not answer.",
    next: "Check the address and the network; hosts that need no proxy belong into NO_PROXY.",
    exitCode: ExitCode.failed
  },
  route_invalid: {
    meaning: "The HTTP route of a function is malformed, or two functions answer the same request.",
    next: "Correct the registration of the function that the message names.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  schedule_invalid: {
    meaning: "The schedule of a timer cannot be read.",
    next: "Write six fields {second} {minute} {hour} {day} {month} {day-of-week}, or a time span hh:mm:ss.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  served_already: {
    meaning: "An app is served from this directory already.",
    next: "Stop it first, or serve from another directory.",
    exitCode: ExitCode.locked
  },
  simulator_failed: {
    meaning: "The Azure simulator ended, at its start or later.",
    next: "Read what it wrote to standard error.",
    exitCode: ExitCode.failed
  },
  simulator_in_use: {
    meaning: "Another process has the simulated cloud of this directory: a run with --simulate, or another command.",
    next: "Look again when that has ended.",
    exitCode: ExitCode.locked
  },
  simulator_refused: {
    meaning: "DRAFTGENIE_SIMULATOR is set for an app that is not under development: it would deploy to nothing.",
    next: "Take the setting away; under func start and other hosts on your machine set AZURE_FUNCTIONS_ENVIRONMENT to Development.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  simulator_unreachable: {
    meaning: "No Azure simulator answers at the address that DRAFTGENIE_SIMULATOR names.",
    next: "Start it with draftgenie-deploy simulator, with the port of the address.",
    exitCode: ExitCode.failed
  },
  storage_connection_invalid: {
    meaning: "The connection of a blob trigger cannot be used.",
    next: "Correct the setting that the message names.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  storage_in_use: {
    meaning: "Another process uses the directory of the storage emulator.",
    next: "Stop the other one, or serve from another directory.",
    exitCode: ExitCode.locked
  }
};

// src/shared/error-codes/remote.ts
var REMOTE_ERRORS = {
  body_timeout: {
    meaning: "The body of the request did not arrive in time.",
    next: "Send it again; check the network.",
    exitCode: ExitCode.failed,
    status: 408
  },
  body_too_large: {
    meaning: "The body is larger than the app takes.",
    next: "Send less; sources go to the address that POST /api/sources answers.",
    exitCode: ExitCode.usage,
    wrong: "request",
    status: 413
  },
  content_type_unsupported: {
    meaning: "The body is of a type that this route does not take.",
    next: "Send one of the types that the message names.",
    exitCode: ExitCode.usage,
    wrong: "request",
    status: 415
  },
  engine_unreachable: {
    meaning: "The durable engine could not start the run; nothing was deployed.",
    next: "Try again; if it stays so, look at the storage of the app.",
    exitCode: ExitCode.failed,
    status: 503
  },
  environment_unknown: {
    meaning: "Nothing was deployed to this environment.",
    next: "Check the name of the environment.",
    exitCode: ExitCode.usage,
    wrong: "command",
    status: 404
  },
  followers_too_many: {
    meaning: "As many streams of events are open as the app lets be; the run goes on.",
    next: "Come back in a moment, or ask for the status instead.",
    exitCode: ExitCode.failed,
    status: 503
  },
  key_invalid: {
    meaning: "The access key has characters that no key has.",
    next: "Copy it again, and give it with the variable DRAFTGENIE_KEY.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  key_refused: {
    meaning: "The app does not accept the access key, or not for this.",
    next: "Give a valid key with the variable DRAFTGENIE_KEY, or with --key.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  key_reused: {
    meaning: "The Idempotency-Key was used for another request.",
    next: "Use a new key for each request.",
    exitCode: ExitCode.usage,
    wrong: "request",
    status: 422
  },
  key_scope_exceeded: {
    meaning: "The access key says that it is for something else: for other rights, or for another environment.",
    next: "Use a key that was made for this; `draftgenie-deploy key ci --allow deploy` makes one.",
    exitCode: ExitCode.failed,
    status: 403
  },
  key_scope_invalid: {
    meaning: "The access key begins as one that says what it opens, and does not say it.",
    next: "Make another one with `draftgenie-deploy key ci --allow deploy`, and take this one out of the app.",
    exitCode: ExitCode.failed,
    status: 403
  },
  key_scope_missing: {
    meaning: "The app asks for keys that say what they open (`DRAFTGENIE_REQUIRE_SCOPED_KEYS`), and this one does not.",
    next: "Use a key that was made for this; `draftgenie-deploy key ci --allow deploy` makes one.",
    exitCode: ExitCode.failed,
    status: 403
  },
  sign_in_code_unknown: {
    meaning: "The code by which a page was opened counts no more: it was used, or is older than a minute; apps on Azure make none.",
    next: "Give the page the access key, or open it again with `draftgenie-deploy open`.",
    exitCode: ExitCode.failed,
    status: 404
  },
  page_not_served: {
    meaning: "The page of an app was to be opened, and no app is served from this directory.",
    next: "Start one with draftgenie-deploy serve, or name one with --remote.",
    exitCode: ExitCode.failed
  },
  not_signed_in: {
    meaning: "The app asks for a signed-in caller.",
    next: "Sign in with the identity provider of the app.",
    exitCode: ExitCode.failed,
    status: 401
  },
  parsing_busy: {
    meaning: "The app reads as many configurations as it does at once, and others wait already; nothing was started.",
    next: "Send it again in a moment.",
    exitCode: ExitCode.failed,
    status: 503
  },
  principal_invalid: {
    meaning: "The header x-ms-client-principal cannot be read; App Service sets it.",
    next: "Do not set this header yourself; check the authentication of the app.",
    exitCode: ExitCode.failed,
    status: 401
  },
  remote_failed: {
    meaning: "The app answered an error without a reason, or with a code that this version does not know.",
    next: "Check the address; otherwise look at the log of the app.",
    exitCode: ExitCode.failed
  },
  remote_incompatible: {
    meaning: "The app answered what this version of the command line does not understand.",
    next: "Use the version of the command line that belongs to the app.",
    exitCode: ExitCode.failed
  },
  remote_invalid: {
    meaning: "The address given with --remote is not allowed.",
    next: "Give the https address of the app, without a key in it.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  remote_redirects: {
    meaning: "The address redirects to another one, which is not sent the access key.",
    next: "Use the final address of the app; behind a login page, one that accepts keys.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  remote_unreachable: {
    meaning: "The app cannot be reached; what was started goes on.",
    next: "Check the address and the network.",
    exitCode: ExitCode.failed
  },
  request_invalid: {
    meaning: "The query, a header or the body of the request is not as documented.",
    next: "Correct the places that the answer lists.",
    exitCode: ExitCode.usage,
    wrong: "request",
    status: 400
  },
  role_missing: {
    meaning: "The caller has none of the roles that this needs.",
    next: "Have one of the roles assigned that the message names.",
    exitCode: ExitCode.failed,
    status: 403
  }
};

// src/shared/error-codes/resources.ts
var RESOURCE_ERRORS = {
  OperationTimedOut: {
    meaning: "A long-running operation of Azure was not done within its time limit; it stays recorded.",
    next: "Deploy again: the run goes on with the same operation. advanced.operation_timeout raises the limit.",
    exitCode: ExitCode.failed
  },
  ResourceProvisioningFailed: {
    meaning: "A resource stays in the state Failed after it was written again.",
    next: "Look at its activity log in the portal; delete it when it holds nothing, and deploy again.",
    exitCode: ExitCode.failed
  },
  access_in_use: {
    meaning: "Others have access by a setting that has to be changed, and would lose it.",
    next: "Give them the access that the message names, and deploy again.",
    exitCode: ExitCode.failed
  },
  app_missing: {
    meaning: "A container app that should have traffic is not there.",
    next: "Make it again with: --force-step deploy_application_services",
    exitCode: ExitCode.failed
  },
  azure_answer_incomplete: {
    meaning: "An answer of Azure lacks a value that is needed to go on.",
    next: "Deploy again; if it stays so, look at the resource in the portal.",
    exitCode: ExitCode.failed
  },
  azure_failed: {
    meaning: "Azure refused what was asked; its own code is in the message.",
    next: "Look Azure\u2019s code up below, and ask again.",
    exitCode: ExitCode.failed,
    status: 502
  },
  domain_certificate_refused: {
    meaning: "The certificate of a name was not issued: its CAA records, or Azure, forbid it. The application is released.",
    next: "Do what the message says (for CAA: allow digicert.com), and deploy again: it goes on with the certificate.",
    exitCode: ExitCode.failed
  },
  domain_not_shown: {
    meaning: "DNS did not show the records of a name in time (advanced.domain_timeout). The application is released, under its default address.",
    next: "Make the records that the message lists, and deploy again: it goes on from there.",
    exitCode: ExitCode.failed
  },
  group_not_empty: {
    meaning: "Something was put into the resource group after the plan of its deletion was made.",
    next: "Run destroy again: its plan says what stays.",
    exitCode: ExitCode.failed
  },
  job_failed: {
    meaning: "An execution of a job ended without success; its log was printed.",
    next: "Correct the job, or what it works on, and start it again.",
    exitCode: ExitCode.failed
  },
  job_unknown: {
    meaning: "No job of that name was deployed.",
    next: "Name one of those that the message lists, or deploy it first.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  migration_failed: {
    meaning: "A migration ended without success; the end of its log is in the message.",
    next: "The new code was not started. Correct the migration and deploy again.",
    exitCode: ExitCode.failed
  },
  output_is_secret: {
    meaning: "An output of a resource holds a secret, and outputs lie in the state.",
    next: "Ask for it under the secrets of that resource; their values go to the vault alone.",
    exitCode: ExitCode.failed
  },
  prerequisites_failed: {
    meaning: "Azure or the configuration lacks something that a deployment needs; every problem is listed.",
    next: "Correct what the message lists; nothing was created.",
    exitCode: ExitCode.failed
  },
  record_taken: {
    meaning: "A DNS record that a name needs is there with another content, and this environment did not make it.",
    next: "Change it to what the plan asks for, or remove it, and deploy again. It is never overwritten.",
    exitCode: ExitCode.failed
  },
  resource_came_back: {
    meaning: "A resource was deleted, and is there again.",
    next: "Find out who makes it (a policy, a pipeline, another tool), then run destroy again.",
    exitCode: ExitCode.failed
  },
  resource_cannot_shrink: {
    meaning: "The configuration asks for a smaller disk or an older version than there is; Azure makes neither.",
    next: "Set the configuration back to what is there.",
    exitCode: ExitCode.failed
  },
  resource_immutable: {
    meaning: "The configuration changes a property that Azure fixes when the resource is created.",
    next: "Set the configuration back, choose another name, or allow a replacement with --allow-replace NAME.",
    exitCode: ExitCode.failed
  },
  resource_not_ours: {
    meaning: "A resource of that name exists and is not of this environment.",
    next: "Choose another name, or take it over with --adopt.",
    exitCode: ExitCode.failed
  },
  secret_not_in_vault: {
    meaning: "The vault has no secret of the name that the configuration refers to.",
    next: "Put it into the vault, and deploy again.",
    exitCode: ExitCode.failed
  },
  secret_unusable: {
    meaning: "A secret that an app or a job refers to is deleted, disabled or empty in the vault; Azure would blame a role.",
    next: "Enable, recover or set it in the vault, and deploy again.",
    exitCode: ExitCode.failed
  },
  service_gone: {
    meaning: "The container app of the service was deleted since it was deployed.",
    next: "Look at what is there with: draftgenie-deploy status",
    exitCode: ExitCode.failed
  },
  service_unhealthy: {
    meaning: "A service does not become healthy; what its revision and replicas say is in the message.",
    next: "Look at the logs of the service, its health path and its port.",
    exitCode: ExitCode.failed
  },
  service_unknown: {
    meaning: "No service of that name was deployed to the environment.",
    next: "Name one of those that the message lists.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  smoke_failed: {
    meaning: "The smoke requests against the new release of a service failed.",
    next: "Look at the logs of the service, or correct services.<name>.smoke.",
    exitCode: ExitCode.failed
  },
  subscription_ambiguous: {
    meaning: "The credential can see several subscriptions, and none is named.",
    next: "Name one in azure.subscription_id.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  subscription_missing: {
    meaning: "The credential can see no subscription.",
    next: "Sign in with another account, or have a role granted on a subscription.",
    exitCode: ExitCode.failed
  },
  subscription_unknown: {
    meaning: "The credential cannot use the subscription of the configuration.",
    next: "Correct azure.subscription_id, or sign in with another account.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  traffic_not_moved: {
    meaning: "Azure does not give the traffic of an app to the revisions that were asked for.",
    next: "Look at the revisions of the app in the portal, and deploy again.",
    exitCode: ExitCode.failed
  },
  vault_soft_deleted: {
    meaning: "A deleted key vault of another group or region holds the name.",
    next: "Choose another key_vault.name, or recover that vault in its own resource group.",
    exitCode: ExitCode.failed
  },
  template_takes_ours: {
    meaning: "A template names a resource that this environment has already, by another key of the configuration.",
    next: "Say it once: name it as existing in the template, or take it out of the configuration or of the template.",
    exitCode: ExitCode.failed
  }
};

// src/shared/error-codes/run.ts
var RUN_ERRORS = {
  activity_lost: {
    meaning: "The host gave up an activity of a step without an answer of it.",
    next: "Deploy again: the next run goes on with what the step has begun.",
    exitCode: ExitCode.failed
  },
  confirmation_missing: {
    meaning: "The plan deletes data, and nobody gave the name of the environment for that.",
    next: "Add --confirm NAME, or keep the data with --keep-data.",
    exitCode: ExitCode.failed,
    status: 409
  },
  confirmation_wrong: {
    meaning: "The name that was given to confirm a deletion is not that of the environment.",
    next: "Give exactly the name of the environment that is to be deleted.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  cost_over_limit: {
    meaning: "The plan is estimated to cost more in a month than cost.limit of the configuration allows, and nobody has accepted that.",
    next: "Look at it with draftgenie-deploy cost, then accept it with --accept-cost, or raise cost.limit.",
    exitCode: ExitCode.failed,
    status: 409
  },
  cost_unknown: {
    meaning: "The plan says nothing of what it costs, since the app that made it knows no prices.",
    next: "Bring the app up to date, or ask without --remote.",
    exitCode: ExitCode.failed
  },
  decided_already: {
    meaning: "Somebody else has decided about this plan otherwise.",
    next: "Look at the run: the first decision counts.",
    exitCode: ExitCode.failed,
    status: 409
  },
  drift_unsettled: {
    meaning: "A run that was no repair did not come to its end, so it is not clear what drift has to be repaired to.",
    next: "Run again what that run was to do, or go back with: draftgenie-deploy rollback --to RUN",
    exitCode: ExitCode.failed
  },
  driven_elsewhere: {
    meaning: "The run is driven by another engine, and only that engine can continue or stop it.",
    next: "Decide there: the message names it.",
    exitCode: ExitCode.failed,
    status: 409
  },
  dump_failed: {
    meaning: "The job that dumps the databases did not succeed; nothing was deleted.",
    next: "Read the end of its log, which the message has, correct that, and run destroy again.",
    exitCode: ExitCode.failed
  },
  expiry_refused: {
    meaning: "An environment that is there without an end was to be given one; only a new one can have it.",
    next: "Deploy without --expires, or name another environment with --environment.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  interrupted: {
    meaning: "The person at the terminal broke off.",
    next: "Run the command again when you want it.",
    exitCode: ExitCode.interrupted
  },
  internal_error: {
    meaning: "A bug in draftgenie-deploy; the log file has its stack.",
    next: "Report it with the log file.",
    exitCode: ExitCode.failed
  },
  logs_not_kept: {
    meaning: "No replica of the service runs, and no workspace keeps the logs of the environment.",
    next: "Add monitoring to the configuration and deploy, so that logs are kept; or wait for a replica with --follow.",
    exitCode: ExitCode.failed
  },
  logs_of_what: {
    meaning: "Options of the logs of a service were given with a run, or without a service.",
    next: "Name a service with --service NAME, or a run.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  logs_without_streams: {
    meaning: "Where this cloud has the log streams of replicas is not documented: only what a workspace keeps can be read.",
    next: "Ask the workspace with --since, without --follow; without one, add monitoring to the configuration and deploy.",
    exitCode: ExitCode.failed
  },
  migrated: {
    meaning: "The step failed under the original script, whose state was taken over.",
    next: "Deploy: the step runs again.",
    exitCode: ExitCode.failed
  },
  not_expired: {
    meaning: "What has expired was to be deleted, and the environment has no end, or it lies ahead.",
    next: "Look at its end with: draftgenie-deploy status",
    exitCode: ExitCode.failed,
    status: 409
  },
  nothing_deployed: {
    meaning: "Nothing was deployed to this environment yet.",
    next: "Deploy first, or check --environment.",
    exitCode: ExitCode.usage,
    wrong: "command",
    status: 404
  },
  nothing_to_dump: {
    meaning: "A dump was asked for, and no database of ours would be deleted.",
    next: "Run destroy without --dump-to.",
    exitCode: ExitCode.failed
  },
  nothing_to_repair: {
    meaning: "Nothing that a repair would put back was changed since the last deployment.",
    next: "Look at what was changed with: draftgenie-deploy drift",
    exitCode: ExitCode.failed,
    status: 409
  },
  nothing_to_roll_back: {
    meaning: "There is no earlier release to go back to.",
    next: "Deploy the configuration and sources that you want instead.",
    exitCode: ExitCode.failed
  },
  orchestration_gone: {
    meaning: "The orchestration of the run is gone, its journal or task hub with it; the run was closed.",
    next: "Deploy again: the next run goes on from what is done.",
    exitCode: ExitCode.failed
  },
  plan_forbidden: {
    meaning: "The plan would replace or change what it may not; every reason is listed.",
    next: "Change the configuration back, or allow what the message names, e.g. with --allow-replace or --adopt.",
    exitCode: ExitCode.failed
  },
  plan_missing: {
    meaning: "The run ended before it had a plan.",
    next: "Look at its log: draftgenie-deploy logs RUN",
    exitCode: ExitCode.failed
  },
  plan_not_pending: {
    meaning: "The plan that was decided about is not the one that waits for a decision.",
    next: "Look at the plan of the run again, and decide about that one.",
    exitCode: ExitCode.failed,
    status: 409
  },
  rejected: {
    meaning: "The answer to the question was no; nothing was changed.",
    next: "Nothing; run the command again when you want it.",
    exitCode: ExitCode.rejected
  },
  removal_incomplete: {
    meaning: "Not everything of the plan was deleted; what is left is listed with its reasons.",
    next: "Remove what stands in the way, and run destroy again: it goes on with what is left.",
    exitCode: ExitCode.failed
  },
  run_of_newer_version: {
    meaning: "The run was begun by a newer version of the app; the one that is there now takes no turns of it.",
    next: "Deploy the newer version of the app again, or cancel the run.",
    exitCode: ExitCode.failed,
    status: 409
  },
  rollback_impossible: {
    meaning: "The release to go back to needs images, settings or records that are not there any more.",
    next: "Deploy a configuration and sources of that time instead.",
    exitCode: ExitCode.failed
  },
  rolled_back: {
    meaning: "Verification failed and the release was taken back: the earlier one serves again.",
    next: "Look at why verification failed, correct it, and deploy again.",
    exitCode: ExitCode.failed
  },
  run_ended: {
    meaning: "The run has ended, so it can neither be decided about nor stopped.",
    next: "Look at its result: draftgenie-deploy status",
    exitCode: ExitCode.failed,
    status: 409
  },
  run_unknown: {
    meaning: "There is no such run in this environment, or it is not kept any more.",
    next: "List the runs with: draftgenie-deploy runs",
    exitCode: ExitCode.usage,
    wrong: "command",
    status: 404
  }
};

// src/shared/error-codes/source.ts
var SOURCE_ERRORS = {
  build_failed: {
    meaning: "The build of an image failed, or pushed no image; the end of its log is in the message.",
    next: "Correct the Dockerfile or the sources of the service, and deploy again; other images are kept.",
    exitCode: ExitCode.failed
  },
  docker_unavailable: {
    meaning: "docker.builder is local, and there is no docker here that can build.",
    next: "Install and start docker, or let the registry build: take docker.builder out. An app has no docker.",
    exitCode: ExitCode.failed
  },
  git_ref_unknown: {
    meaning: "The repository of docker.source has no such branch or tag.",
    next: "Correct docker.source; a commit has to be written with all its digits.",
    exitCode: ExitCode.failed
  },
  git_source_unreachable: {
    meaning: "The repository of docker.source cannot be read.",
    next: "Check the address and the network; deploy a private repository from a directory with --source DIR.",
    exitCode: ExitCode.failed
  },
  image_missing: {
    meaning: "deployment.skip_build is set, and the registry has no image of the service.",
    next: "Set deployment.skip_build to false once, or push the image.",
    exitCode: ExitCode.failed
  },
  source_archive_invalid: {
    meaning: "The source archive cannot be unpacked safely, or is no .tar.gz.",
    next: "Pack the source tree again, with the command line or as a plain .tar.gz, and upload it.",
    exitCode: ExitCode.failed
  },
  link_refused: {
    meaning: "A file of a configuration that is not trusted is a link, or lies behind one, which may lead to any file of this machine.",
    next: "Put the file itself there.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  source_changed: {
    meaning: "A file of the source tree changed while it was read.",
    next: "Run the command again when nothing writes to the source tree.",
    exitCode: ExitCode.failed
  },
  source_invalid: {
    meaning: "Images cannot be built from the sources as they are; every problem is listed.",
    next: "Correct the Dockerfiles or .dockerignore, or name another tree with --source DIR.",
    exitCode: ExitCode.failed
  },
  package_missing: {
    meaning: "A resource names the archive of its app (`package`), and it is not in the source tree.",
    next: "Name the tree in which it lies with --source DIR.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  package_not_published: {
    meaning: "Azure took the archive of an app, and could not publish it.",
    next: "Look at the reason that it gave; then start the deployment again, which sends the archive again.",
    exitCode: ExitCode.failed
  },
  orchestrations_under_way: {
    meaning: "An app is to keep its orchestrations elsewhere (--backend of install), and some are under way that would stay behind.",
    next: "Wait until its runs have ended, or cancel them; then start the deployment again. Nothing was changed.",
    exitCode: ExitCode.failed
  },
  source_missing: {
    meaning: "Images have to be built, and the source tree is not there.",
    next: "Name it with --source DIR; for an app, upload an archive with POST /api/sources.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  source_unknown: {
    meaning: "The app has no source archive of this digest.",
    next: "Upload it again: POST /api/sources answers where.",
    exitCode: ExitCode.failed,
    status: 404
  },
  source_upload_failed: {
    meaning: "The source archive did not reach the storage of the app.",
    next: "Try again; if it stays so, look at the storage of the app.",
    exitCode: ExitCode.failed
  }
};

// src/shared/error-codes/state.ts
var STATE_ERRORS = {
  lock_lost: {
    meaning: "The lock of the environment was broken or taken over while the run worked; it wrote nothing more.",
    next: "Look at the run that has the environment now, and deploy again when it has ended.",
    exitCode: ExitCode.failed
  },
  list_endless: {
    meaning: "The storage lists blobs without an end; nothing that it listed was believed.",
    next: "Check that the storage is the right one, and run again.",
    exitCode: ExitCode.failed,
    status: 502
  },
  position_invalid: {
    meaning: "The position does not belong to this event stream.",
    next: "Use a position from an earlier answer, or none to read from the start.",
    exitCode: ExitCode.usage,
    wrong: "request",
    status: 400
  },
  queue_full: {
    meaning: "As many runs wait for the environment as may; nothing was started.",
    next: "Try again when some of them are done, or cancel what is not needed any more.",
    exitCode: ExitCode.locked,
    status: 429
  },
  record_corrupt: {
    meaning: "A record of a run cannot be read; it was left as it is.",
    next: "Put a copy back or remove it; a new run goes on from the state and from Azure alone.",
    exitCode: ExitCode.failed,
    status: 409
  },
  record_missing: {
    meaning: "A record that is needed, e.g. the configuration of an earlier run, is gone from the run store.",
    next: "Put a copy back, or deploy again.",
    exitCode: ExitCode.failed,
    status: 409
  },
  record_newer: {
    meaning: "A record of a run was written by a newer version of draftgenie-deploy; it was left as it is.",
    next: "Use that version.",
    exitCode: ExitCode.failed,
    status: 409
  },
  run_not_kept: {
    meaning: "The state of this run is not kept.",
    next: "Choose one of the runs that the message lists; each successful run leaves one.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  storage_behind: {
    meaning: "The storage has lost what this run had written: it was restored, or forgot what it had acknowledged.",
    next: "Start the deployment again: it goes on from the state and from Azure.",
    exitCode: ExitCode.failed
  },
  state_corrupt: {
    meaning: "The state document cannot be read; it was left as it is.",
    next: "Put a copy back (<file>.*.bak), or keep a copy and start fresh with: draftgenie-deploy state reset",
    exitCode: ExitCode.failed,
    status: 409
  },
  state_exists: {
    meaning: "import found a state of the environment; it writes none over what a deployment knows.",
    next: "Write the configuration alone with --config-only, or name another environment with --environment NAME.",
    exitCode: ExitCode.usage,
    wrong: "command"
  },
  state_foreign: {
    meaning: "The state belongs to another environment, subscription or resource group than the configuration names.",
    next: "Set the configuration back, or use another --environment or advanced.state_file.",
    exitCode: ExitCode.usage,
    wrong: "configuration"
  },
  state_only_looked_at: {
    meaning: "A step of a deployment would write something to Azure, and import only looks; what it is the plan tells.",
    next: "Read the plan, and deploy.",
    exitCode: ExitCode.failed
  },
  state_locked: {
    meaning: "Another run holds the environment, or waits for it.",
    next: "Wait for its end or cancel it; remove the lock of a run that is gone with: draftgenie-deploy state unlock",
    exitCode: ExitCode.locked,
    status: 409
  },
  state_newer: {
    meaning: "The state was written by a newer version of draftgenie-deploy; it was left as it is.",
    next: "Use that version, or keep a copy and start fresh with: draftgenie-deploy state reset",
    exitCode: ExitCode.failed,
    status: 409
  },
  state_not_writable: {
    meaning: "The state cannot be written; nothing was created.",
    next: "Make the file writable or grant Storage Blob Data Contributor, or name another place for the state.",
    exitCode: ExitCode.failed
  },
  not_left_behind: {
    meaning: "No resource is left behind under that name.",
    next: "Name one that status, plan or drift lists as left behind.",
    exitCode: ExitCode.usage,
    wrong: "command",
    status: 404
  },
  state_unreadable: {
    meaning: "The state file may not be read.",
    next: "Make it readable, or name another file with advanced.state_file.",
    exitCode: ExitCode.failed
  },
  storage_forbidden: {
    meaning: "The storage of states and runs refuses access.",
    next: "Grant the role Storage Blob Data Contributor there; a new role takes minutes to be effective.",
    exitCode: ExitCode.failed
  },
  storage_missing: {
    meaning: "No storage is named for states and runs.",
    next: "Set DEPLOYMENT_STORAGE, DEPLOYMENT_STORAGE__blobServiceUri, or advanced.state_blob_account.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  storage_setting_invalid: {
    meaning: "The connection string or the address of the storage cannot be used.",
    next: "Correct the setting to the form that the message shows.",
    exitCode: ExitCode.usage,
    wrong: "setting"
  },
  storage_unreachable: {
    meaning: "The storage of states and runs cannot be reached; what was confirmed before is stored.",
    next: "Check the address and the network, and run again.",
    exitCode: ExitCode.failed,
    status: 503
  }
};

// src/shared/error-codes.ts
var ALL = {
  ...CONFIGURATION_ERRORS,
  ...SOURCE_ERRORS,
  ...STATE_ERRORS,
  ...RUN_ERRORS,
  ...RESOURCE_ERRORS,
  ...REMOTE_ERRORS,
  ...HOST_ERRORS
};
var ERROR_CODES = ALL;

// src/shared/errors.ts
var UserError = class extends Error {
  name = "UserError";
  /** Its row in docs/errors.md. */
  code;
  /** The code as it came from Azure or from an app of another version, when that is not one of ours. */
  foreignCode;
  exitCode;
  /** What to do next; one sentence. */
  hint;
  constructor(message, options) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.foreignCode = options.foreignCode;
    this.exitCode = options.exitCode ?? ERROR_CODES[options.code].exitCode;
    this.hint = options.hint;
  }
  /** The code that users see: the most specific one. */
  get shownCode() {
    return this.foreignCode ?? this.code;
  }
};

// src/outbound/failure.ts
var CODES = [
  "proxy_refused",
  "proxy_unreachable",
  "certificate_untrusted",
  "host_refused",
  "address_private"
];
var UNTRUSTED = /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;
function outboundCodeOf(error) {
  const { code } = error;
  if (typeof code === "string" && UNTRUSTED.test(code)) return "certificate_untrusted";
  return CODES.find((known) => known === code);
}
function outboundFailure(error) {
  const code = outboundCodeOf(error);
  if (code === void 0) return void 0;
  const { message } = error;
  return new UserError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`, {
    code,
    hint: ERROR_CODES[code].next
  });
}
function isLasting({ code }) {
  return code !== "proxy_unreachable";
}

// src/outbound/fetch.ts
import http2 from "node:http";
import https2 from "node:https";
import { Readable as Readable2 } from "node:stream";

// src/shared/once.ts
function once(make) {
  let made;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

// src/outbound/exemptions.ts
import { BlockList, isIP } from "node:net";
var LONGEST_PREFIX = { 4: 32, 6: 128 };
function readExemptions(noProxy) {
  const entries = noProxy.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "");
  if (entries.includes("*")) return () => true;
  const exemptions = entries.map(readEntry);
  return (host, port) => exemptions.some((matches) => matches(host, port));
}
function readEntry(entry) {
  const [address = "", prefix] = entry.split("/");
  if (isIP(bare(address)) !== 0) return network(bare(address), prefix);
  const [, name = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  const host = bare(name).replace(/^\*?\./, "");
  if (host === "") return () => false;
  const matches = isIP(host) === 0 ? domain(host) : network(host, void 0);
  return (asked, askedPort) => matches(asked, askedPort) && (port === void 0 || Number(port) === askedPort);
}
function domain(name) {
  return (host) => host === name || host.endsWith(`.${name}`);
}
function network(address, prefix) {
  const version = isIP(address) === 6 ? 6 : 4;
  const bits = prefix === void 0 || prefix === "" ? LONGEST_PREFIX[version] : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > LONGEST_PREFIX[version]) return () => false;
  const addresses = new BlockList();
  addresses.addSubnet(address, bits, `ipv${version}`);
  return (host) => isIP(host) !== 0 && addresses.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}
var ON_THIS_MACHINE = (host, port) => thisMachine()(host, port);
var thisMachine = once(() => readExemptions("localhost,127.0.0.0/8,::1,169.254.0.0/16,fe80::/10"));
function bare(host) {
  return host.replace(/^\[|\]$/g, "");
}

// src/outbound/forget-idle.ts
function forgetIdle(agent, { hostname, port, protocol }) {
  const pool = `${bare(hostname)}:${port || (protocol === "https:" ? "443" : "80")}:`;
  for (const [name, sockets] of Object.entries(agent.freeSockets)) {
    if (name.startsWith(pool)) for (const socket of sockets ?? []) socket.destroy();
  }
}

// src/outbound/paced-body.ts
import { Readable } from "node:stream";
var PIECE_IN_BYTES = 64 * 1024;
function pacedBody(bytes) {
  function* pieces() {
    for (let at = 0; at < bytes.length; at += PIECE_IN_BYTES) yield bytes.subarray(at, at + PIECE_IN_BYTES);
  }
  return Readable.from(pieces(), { objectMode: false });
}

// src/outbound/public-only.ts
import { BlockList as BlockList2, isIP as isIP2 } from "node:net";
var PRIVATE_4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"]
];
var PUBLIC_6 = ["2000::/3"];
var PRIVATE_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
var MAPPED_4 = ["::ffff:0:0/96", "64:ff9b::/96"];
var lists = once(() => ({
  private4: networks(PRIVATE_4, "ipv4"),
  public6: networks(PUBLIC_6, "ipv6"),
  private6: networks(PRIVATE_6, "ipv6"),
  mapped4: networks(MAPPED_4, "ipv6")
}));
function networks(all, family) {
  const list = new BlockList2();
  for (const network2 of all) {
    const [address = "", bits] = network2.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

// src/outbound/routes.ts
import http from "node:http";
import https from "node:https";

// src/outbound/proxy-error.ts
var NOBODY_BEHIND = /* @__PURE__ */ new Set([502, 503, 504]);
var NOT_CONNECTED = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
var ProxyError = class extends Error {
  name = "ProxyError";
  /** `ENOTFOUND` where the proxy itself does not find or reach the host: the same as without a proxy. */
  code;
  constructor(code, message, cause) {
    super(message, { cause });
    this.code = code;
  }
};
function shownProxy({ protocol, host }) {
  return `${protocol}//${host}`;
}
function proxyErrorOf(error, proxy, host) {
  const shown = shownProxy(proxy);
  const status = "statusCode" in error ? Number(error.statusCode) : void 0;
  if (status === void 0) {
    if (error.code !== "ERR_PROXY_TUNNEL" && !NOT_CONNECTED.test(error.code ?? "")) return error;
    const reason2 = error.code === "ERR_PROXY_TUNNEL" ? "it gave no answer" : error.code;
    return new ProxyError("proxy_unreachable", `the proxy ${shown} cannot be reached (${reason2})`, void 0);
  }
  if (NOBODY_BEHIND.has(status)) {
    return new ProxyError("ENOTFOUND", `the proxy ${shown} does not reach ${host}: it answers ${status}`, void 0);
  }
  const reason = status === 407 ? "it wants a user and a password that it knows" : "it does not let this host pass";
  const message = `the proxy ${shown} refuses the connection to ${host}: it answers ${status}; ${reason}`;
  return new ProxyError("proxy_refused", message, void 0);
}

// src/outbound/proxy-settings.ts
function readProxySettings(variables) {
  const find = (name) => variables[name.toLowerCase()] || variables[name] || void 0;
  const proxyFor = (name) => {
    const [used, text] = find(name) === void 0 ? ["ALL_PROXY", find("ALL_PROXY")] : [name, find(name)];
    return text === void 0 ? void 0 : proxyAddress(used, text);
  };
  const proxies = /* @__PURE__ */ new Map([
    ["https:", proxyFor("HTTPS_PROXY")],
    ["http:", proxyFor("HTTP_PROXY")]
  ]);
  const isExempt = readExemptions(find("NO_PROXY") ?? "");
  return ({ protocol, hostname, port }) => {
    const host = bare(hostname);
    const portNumber = Number(port || (protocol === "https:" ? 443 : 80));
    return ON_THIS_MACHINE(host, portNumber) || isExempt(host, portNumber) ? void 0 : proxies.get(protocol);
  };
}
function proxyAddress(name, text) {
  const address = URL.canParse(text) ? new URL(text) : void 0;
  if (address && ["http:", "https:"].includes(address.protocol) && address.hostname !== "") return address;
  throw new UserError(`${name} is not the address of a proxy.`, {
    code: "proxy_setting_invalid",
    hint: "Write it as http://host:port or https://host:port; characters of a password percent-encoded."
  });
}

// src/outbound/routes.ts
function createRoutes(variables, lookup) {
  const proxyOf = readProxySettings(variables);
  const agents = /* @__PURE__ */ new Map();
  return {
    agentFor(address) {
      const proxy = proxyOf(address);
      const key = `${address.protocol} ${proxy?.href ?? ""}`;
      const agent = agents.get(key) ?? agentOf(address.protocol, proxy, lookup);
      agents.set(key, agent);
      return agent;
    },
    proxyFor(address) {
      const proxy = proxyOf(address);
      return proxy && shownProxy(proxy);
    }
  };
}
var processRoutes = once(() => createRoutes(process.env));
function agentOf(protocol, proxy, lookup) {
  const isSecure = protocol === "https:";
  const proxyEnv = proxy && { [isSecure ? "HTTPS_PROXY" : "HTTP_PROXY"]: proxy.href };
  const options = { keepAlive: true, proxyEnv: proxyEnv ?? {}, ...lookup && !proxy && { lookup } };
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  return proxy ? withPlainErrors(agent, proxy) : agent;
}
function withPlainErrors(agent, proxy) {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => connect(options, (error, socket) => {
    if (!error) return callback?.(null, socket);
    socket.destroy();
    callback?.(proxyErrorOf(error, proxy, bare(String(options.host))), socket);
  });
  return agent;
}

// src/outbound/time-limits.ts
var USUAL_LIMITS = { connect: 15, firstByte: 75, idle: 30, leastBytes: 1024, whole: 150 };
var WHAT = {
  connection: "no connection to it",
  "first byte": "its answer did not begin",
  rest: "what was said did not go on",
  whole: "the answer did not end"
};
var NoAnswer = class extends Error {
  name = "NoAnswer";
  code = "ETIMEDOUT";
  constructor(host, phase, seconds) {
    super(`no answer from ${host} for ${seconds} seconds: ${WHAT[phase]}`);
  }
};

// src/outbound/watch-request.ts
var LOOKS = 8;
function watchRequest(sent, host, limits) {
  let failure;
  let answer;
  let socket;
  let phase = "connection";
  let seen = 0;
  let waitedInMs = 0;
  let look;
  const end = (of, seconds) => {
    stop();
    failure = new NoAnswer(host, of, seconds);
    (answer ?? sent).destroy(failure);
  };
  const whole = limits.whole === void 0 ? void 0 : setTimeout(() => end("whole", limits.whole ?? 0), limits.whole * 1e3);
  const limitOf = { connection: limits.connect, "first byte": limits.firstByte, rest: limits.idle };
  function stop() {
    clearTimeout(look);
    clearTimeout(whole);
  }
  function enter(next) {
    clearTimeout(look);
    phase = next;
    waitedInMs = 0;
    seen = bytesOf(socket);
    wait();
  }
  function wait() {
    const limitInMs = limitOf[phase] * 1e3;
    const stepInMs = limitInMs / LOOKS;
    look = setTimeout(() => {
      waitedInMs += stepInMs;
      if (isGoingOn()) waitedInMs = 0;
      if (waitedInMs >= limitInMs) end(phase, limitOf[phase]);
      else wait();
    }, stepInMs);
  }
  function isGoingOn() {
    if (phase !== "rest") return false;
    if ((answer?.readableLength ?? 0) > 0) return true;
    const now = bytesOf(socket);
    if (now - seen < limits.leastBytes) return false;
    seen = now;
    return true;
  }
  sent.once("socket", (given) => {
    socket = given;
    whenConnected(given, () => enter(sent.writableFinished ? "first byte" : "rest"));
  });
  sent.once("finish", () => {
    if (phase === "rest" && !answer) enter("first byte");
  });
  sent.once("response", (message) => {
    answer = message;
    enter("rest");
    message.once("close", stop);
  });
  sent.once("close", () => {
    if (!answer) stop();
  });
  enter("connection");
  return { failure: () => failure };
}
function whenConnected(socket, then) {
  const isSecure = "encrypted" in socket;
  const isPending = isSecure ? socket.secureConnecting : socket.connecting;
  if (isPending) socket.once(isSecure ? "secureConnect" : "connect", then);
  else then();
}
function bytesOf(socket) {
  return socket === void 0 ? 0 : socket.bytesRead + socket.bytesWritten;
}

// src/outbound/fetch.ts
var REDIRECTS = /* @__PURE__ */ new Set([301, 302, 303, 307, 308]);
var MOST_REDIRECTS = 20;
var WITHOUT_BODY = /* @__PURE__ */ new Set([204, 205, 304]);
var PATIENT_LIMITS = { connect: USUAL_LIMITS.connect, firstByte: 240, idle: 120, leastBytes: 1 };
function createFetch(routes = processRoutes, limits = PATIENT_LIMITS, requirePermitted = () => void 0) {
  return async (address, options) => {
    let request = new Request(address, options);
    const signal = options?.signal ?? (address instanceof Request ? address.signal : void 0);
    const body = Buffer.from(await request.arrayBuffer());
    for (let redirects = 0; ; redirects += 1) {
      requirePermitted(new URL(request.url));
      const response = await send(routes(), request, { body, signal, limits });
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null || request.redirect === "manual") return response;
      await response.body?.cancel();
      request = redirected(request, new URL(location, request.url), redirects);
    }
  };
}
var FOR_ANY_HOST = /* @__PURE__ */ new Set(["accept", "accept-language", "user-agent"]);
var outboundFetch = createFetch();
function redirected(request, to, redirects) {
  const from = new URL(request.url);
  const isAllowed = ["GET", "HEAD"].includes(request.method) && !(from.protocol === "https:" && to.protocol === "http:");
  if (!isAllowed || redirects === MOST_REDIRECTS) throw new Error(`it redirects to ${to.origin}`);
  const next = new Request(to, { method: request.method, headers: request.headers });
  if (to.origin !== from.origin) {
    for (const name of [...next.headers.keys()]) if (!FOR_ANY_HOST.has(name)) next.headers.delete(name);
  }
  return next;
}
function send(routes, request, {
  body,
  signal,
  limits
}) {
  const url = new URL(request.url);
  const { method } = request;
  const headers = {
    accept: "*/*",
    "user-agent": "draftgenie-deploy",
    ...Object.fromEntries(request.headers),
    ...(body.length > 0 || method === "PUT" || method === "POST") && { "content-length": body.length }
  };
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const client = url.protocol === "https:" ? https2 : http2;
    const agent = routes.agentFor(url);
    const sent = client.request(url, { method, headers, agent });
    const watch = watchRequest(sent, url.host, limits);
    let answer;
    const abort = () => void (answer ?? sent).destroy(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    sent.once("close", () => signal?.removeEventListener("abort", abort));
    sent.once("error", (error) => {
      if (watch.failure()) forgetIdle(agent, url);
      reject(watch.failure() ?? error);
    });
    sent.once("response", (message) => {
      answer = message;
      try {
        resolve(responseOf(message));
      } catch (error) {
        sent.destroy();
        reject(error);
      }
    });
    pacedBody(body).pipe(sent);
  });
}
function responseOf(message) {
  const { statusCode: status = 0, rawHeaders } = message;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  if (!WITHOUT_BODY.has(status)) return new Response(Readable2.toWeb(message), { status, headers });
  message.resume();
  return new Response(null, { status, headers });
}

// action/inputs.ts
var StepFailure = class extends Error {
  name = "StepFailure";
  reason;
  constructor(message, reason) {
    super(message);
    this.reason = reason;
  }
};
var COMMANDS = ["deploy", "destroy", "reap"];
var LOOPBACK = /* @__PURE__ */ new Set(["localhost", "127.0.0.1"]);
function readInputs(env) {
  const input = (name) => env[`DEPLOY_${name.toUpperCase()}`]?.trim() ?? "";
  const required = (name) => {
    const value = input(name);
    if (value === "") throw new StepFailure(`The input ${name.replace("_", "-")} is missing.`, "config-invalid");
    return value;
  };
  const key = required("key");
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new StepFailure("The input key has characters that no key has.", "config-invalid");
  }
  const command = parseCommand(input("command"));
  const deploying = { from: input("from"), expires: input("expires") };
  const [meaningless] = Object.entries(deploying).find(([, value]) => value !== "" && command !== "deploy") ?? [];
  if (meaningless !== void 0)
    throw new StepFailure(`The input ${meaningless} is for deployments, not for ${command}.`, "config-invalid");
  return {
    url: parseUrl(required("url")),
    key,
    command,
    environment: required("environment"),
    config: required("config"),
    source: input("source") || void 0,
    query: withInputs(parseOptions(input("options")), deploying),
    waits: input("wait") !== "false",
    planDigest: parseDigest(input("plan_digest"), command, input("wait")),
    commentToken: input("comment") === "true" ? required("github_token") : void 0
  };
}
function parseDigest(text, command, wait) {
  if (text === "") return void 0;
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new StepFailure(
      "The input plan-digest must be the 64 hexadecimal digits of a plan\u2019s digest.",
      "config-invalid"
    );
  }
  if (command === "deploy" && wait !== "false") return text;
  throw new StepFailure("The input plan-digest is for deployments that are waited for.", "config-invalid");
}
function parseCommand(text) {
  const command = COMMANDS.find((one) => one === (text || "deploy"));
  if (command) return command;
  throw new StepFailure(`The input command is ${text}; allowed: ${COMMANDS.join(", ")}.`, "config-invalid");
}
function withInputs(query, inputs) {
  for (const [name, value] of Object.entries(inputs)) if (value !== "") query.set(name, value);
  return query;
}
function parseUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : void 0;
  const isSafe = url && (url.protocol === "https:" || url.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (!isSafe || url.search !== "" || url.username !== "") {
    throw new StepFailure("The input url must be an https address without a key in it.", "config-invalid");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/api$/, "")}`;
}
function parseOptions(text) {
  const query = new URLSearchParams();
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    const [name = "", value = "true"] = word.replace(/^--/, "").split(/=(.*)/s);
    query.append(
      name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
      value
    );
  }
  return query;
}

// action/app.ts
var Refusal = class extends Error {
  name = "Refusal";
  status;
  problem;
  constructor(status, problem) {
    super([problem?.detail ?? `The app answered ${status}.`, problem?.hint].filter(Boolean).join(" "));
    this.status = status;
    this.problem = problem;
  }
};
var ATTEMPTS = 70;
var PASSING = /* @__PURE__ */ new Set([429, 502, 503, 504]);
function openApp({ url, key }, pause = sleep) {
  return {
    url,
    async send(method, path, { body, headers, isRepeatable = method === "GET" } = {}) {
      const request = {
        method,
        // Followed, a redirect would carry the key to wherever it points.
        redirect: "manual",
        headers: { "x-functions-key": key, "x-draftgenie-caller": "github-actions", ...headers },
        ...body !== void 0 && { body }
      };
      const response = await repeat(`${url}${path}`, request, isRepeatable ? ATTEMPTS : 1, pause);
      if (response.ok) return response;
      throw new Refusal(response.status, await problemOf(response));
    }
  };
}
async function repeat(address, request, attempts, pause = sleep) {
  for (let count = 1; ; count += 1) {
    try {
      const response = await outboundFetch(address, request);
      if (count >= attempts || !PASSING.has(response.status)) return response;
      await response.body?.cancel();
    } catch (error) {
      const failure = outboundFailure(error);
      if (failure && isLasting(failure)) throw new StepFailure(`${failure.message} ${failure.hint}`);
      if (count >= attempts) {
        throw new StepFailure(`${new URL(address).origin} cannot be reached: ${reasonOf(error)}.`);
      }
    }
    await pause(Math.min(250 * 2 ** (count - 1), 1e4));
  }
}
function reasonOf(error) {
  return outboundFailure(error)?.message ?? error.code ?? String(error);
}
async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return void 0;
  }
}

// action/deploy.ts
import { randomUUID } from "node:crypto";
import { readFile as readFile3 } from "node:fs/promises";

// action/archive.ts
var import_tar_stream = __toESM(require_tar_stream(), 1);
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
var MAX_LISTING_BYTES = 256 * 1024 * 1024;
async function packFolder(folder) {
  const tar = (0, import_tar_stream.pack)();
  const bytes = buffer(tar.pipe(createGzip()));
  for (const path of [...await filesOf(folder)].sort()) await add(tar, folder, path);
  tar.finalize();
  const all = await bytes;
  return { sha256: createHash("sha256").update(all).digest("hex"), bytes: all };
}
async function add(tar, folder, name) {
  const full = join(folder, name);
  const stat = await lstat(full).catch((error) => {
    if (error.code === "ENOENT") return void 0;
    throw error;
  });
  const entry = async (header, content = Buffer.alloc(0)) => await new Promise((done, fail2) => {
    const all = { name, mtime: /* @__PURE__ */ new Date(0), ...header };
    tar.entry(all, content, (error) => error ? fail2(error) : done());
  });
  if (stat?.isSymbolicLink()) await entry({ type: "symlink", linkname: await readlink(full), mode: 511 });
  if (stat?.isFile()) await entry({ mode: stat.mode & 64 ? 493 : 420 }, await readFile(full));
}
async function filesOf(folder) {
  const args = ["-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  try {
    const { stdout } = await promisify(execFile)("git", args, { maxBuffer: MAX_LISTING_BYTES });
    return [...new Set(stdout.split("\0").filter((path) => path !== ""))];
  } catch (error) {
    const { code } = error;
    if (code !== 128 && code !== "ENOENT") throw error;
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => !one.isDirectory()).map((one) => relative(folder, join(one.parentPath, one.name)).split(sep).join("/")).filter((path) => !/(^|\/)(\.git|node_modules)\//.test(path));
}

// action/conclude.ts
import { setTimeout as sleep2 } from "node:timers/promises";

// src/domain/drift-check/drift-text.ts
function driftText({ key, path, expected, found, repaired }) {
  const stays = repaired ? "" : " (not in the configuration: a repair leaves it)";
  return `${key}${path === "" ? "" : ` ${path}`}: ${expected} \u2192 ${found}${stays}`;
}

// src/domain/config/workloads.ts
function jobsOf({ jobs = [] }) {
  return jobs;
}
function workloads(config) {
  const { application, infrastructure } = config.services;
  return [
    ...[...application, ...infrastructure].map((one) => ({ place: ["services", one.key], workload: one })),
    ...jobsOf(config).map((one) => ({ place: ["jobs", one.key], workload: one }))
  ];
}
function imageUsers(config) {
  return [...config.services.application, ...jobsOf(config).filter(({ image }) => image === void 0)];
}

// src/domain/steps/check-prerequisites.ts
var checkPrerequisites = {
  name: "check_prerequisites",
  number: 1,
  title: "Check prerequisites",
  makes: "nothing: checks credential, providers, permissions, names, regions, sources",
  dependsOn: [],
  configKeys: ["azure.subscriptionId"],
  outputs: ["subscriptionId", "tenantId", "principalId", "principalType"],
  typicalSeconds: 5
};

// src/domain/steps/create-resource-group.ts
var createResourceGroup = {
  name: "create_resource_group",
  number: 2,
  title: "Create resource group and identity",
  makes: "resource group, user-assigned identity",
  dependsOn: [checkPrerequisites.name],
  configKeys: ["azure.resourceGroup", "azure.projectName", "locations.resourceGroup", "tags"],
  outputs: ["resourceGroupId", "identityId", "identityPrincipalId", "identityClientId"],
  typicalSeconds: 5
};

// src/domain/steps/create-container-registry.ts
var createContainerRegistry = {
  name: "create_container_registry",
  number: 4,
  title: "Create container registry",
  makes: "registry, its roles",
  dependsOn: [createResourceGroup.name],
  configKeys: ["containerRegistry", "locations.containerRegistry"],
  // An incarnation names the run that made a resource: it changes when a resource was deleted and made anew, empty.
  outputs: ["registryId", "loginServer", "registryIncarnation"],
  typicalSeconds: 20
};

// src/domain/steps/build-and-push-images.ts
var buildAndPushImages = {
  name: "build_and_push_images",
  number: 9,
  title: "Build and push images",
  makes: "images, built in the registry, tagged by the digest of their sources",
  dependsOn: [createContainerRegistry.name],
  configKeys: ["docker"],
  // Full reference with registry digest of each application service and job: `image.api_gateway`.
  families: { image: "image" },
  typicalSeconds: 75,
  // The registry it pushes to, and whether that is still the one it pushed to.
  consumes: (config) => config.docker.registry || imageUsers(config).every(({ image }) => image !== void 0) ? [] : [["registryId"], ["loginServer"], ["registryIncarnation"]]
};

// src/domain/steps/create-monitoring.ts
var createMonitoring = {
  name: "create_monitoring",
  number: 3,
  title: "Create monitoring",
  makes: "Log Analytics workspace, Application Insights",
  dependsOn: [createResourceGroup.name],
  configKeys: ["monitoring", "locations.monitoring"],
  outputs: ["workspaceId", "appInsightsId", "appInsightsConnection"],
  typicalSeconds: 15
};

// src/domain/steps/create-container-apps-env.ts
var createContainerAppsEnv = {
  name: "create_container_apps_env",
  number: 8,
  title: "Create Container Apps environment",
  makes: "Container Apps environment, its logs",
  dependsOn: [createMonitoring.name],
  configKeys: ["containerApps", "locations.containerApps"],
  // The last two are what DNS records of names of the user's own say.
  outputs: ["environmentId", "defaultDomain", "staticIp", "domainVerificationId"],
  typicalSeconds: 70
};

// src/domain/config/secrets.ts
var SecretName = {
  gemini: "GEMINI-API-KEY",
  jwt: "JWT-SECRET",
  rabbitmqPassword: "RABBITMQ-PASSWORD",
  postgresPassword: "POSTGRES-PASSWORD",
  mongodbUrl: "MONGODB-URL",
  registryPassword: "DOCKER-REGISTRY-PASSWORD",
  storageKey: "STORAGE-ACCOUNT-KEY"
};
var MADE_UP = [SecretName.jwt, SecretName.rabbitmqPassword, SecretName.postgresPassword];
function vaultName(key) {
  return key.toUpperCase().replaceAll("_", "-");
}

// src/domain/config/service/service-containers.ts
function containersOf(service) {
  const listed = ["sidecars", "init"].flatMap(
    (list) => (service[list] ?? []).map((container, index) => ({ path: [list, String(index)], container }))
  );
  return [{ path: [], container: service }, ...listed];
}
function variablesOf(service) {
  return containersOf(service).flatMap(
    ({ path, container }) => Object.entries(container.env).map(([name, value]) => ({ path: [...path, "env", name], name, value }))
  );
}

// src/domain/config/service/service-scale.ts
function scaleSecretsOf({
  rules = {}
}) {
  return Object.entries(rules).flatMap(
    ([rule, { secrets = {} }]) => Object.entries(secrets).map(([parameter, name]) => ({ path: ["rules", rule, "secrets", parameter], name }))
  );
}

// src/domain/config/service/service-secrets.ts
function secretsOf(service) {
  const variables = variablesOf(service).flatMap(
    ({ path, value }) => value.kind === "secret" ? [{ path, name: value.name }] : []
  );
  return [...variables, ...platformSecretsOf(service)];
}
function platformSecretsOf({ scale = {}, event = {}, volumes = {} }) {
  return [
    ...Object.entries({ scale, event }).flatMap(
      ([key, rules]) => scaleSecretsOf(rules).map(({ path, name }) => ({ path: [key, ...path], name }))
    ),
    ...Object.entries(volumes).flatMap(
      ([volume, { secrets = {} }]) => Object.entries(secrets).map(([file, name]) => ({ path: ["volumes", volume, "secrets", file], name }))
    )
  ];
}

// src/domain/config/service/service-shares.ts
function shareVolumesOf({ volumes = {} }) {
  return Object.entries(volumes).flatMap(
    ([volume, { share, readOnly = false, mountOptions }]) => share === void 0 ? [] : [{ volume, share, isReadOnly: readOnly, ...mountOptions !== void 0 && { mountOptions } }]
  );
}

// src/domain/sections/sections.ts
function hasSection(config, section2) {
  return unaskedReason(config, section2) === void 0;
}
function unaskedReason({ unasked = {}, ...later }, section2) {
  const isAbsent = section2 === "storage" && later.storage === void 0;
  return unasked[section2] ?? (isAbsent ? "absent" : void 0);
}

// src/domain/sections/composed-secrets.ts
var COMPOSED = {
  database: "DATABASE-URL",
  redis: "REDIS-URL",
  rabbitmq: "RABBITMQ-URL",
  storageKey: SecretName.storageKey,
  storage: "STORAGE-CONNECTION-STRING"
};
var SECTION_OF = {
  [COMPOSED.database]: "postgresql",
  [SecretName.postgresPassword]: "postgresql",
  [COMPOSED.redis]: "redis",
  [COMPOSED.storageKey]: "storage",
  [COMPOSED.storage]: "storage"
};
function databaseSecret(database) {
  return vaultName(`${COMPOSED.database}-${database}`);
}
function composedOf(config) {
  return composedNames(config).filter(({ kind, name }) => {
    const section2 = SECTION_OF[COMPOSED[kind]];
    const isThere = section2 === void 0 ? rabbitMq(config) !== void 0 : hasSection(config, section2);
    return isThere && isWanted(config, kind) && !Object.hasOwn(config.secrets, name);
  });
}
function composedNames(config) {
  const kinds = Object.keys(COMPOSED);
  return [...kinds.map((kind) => ({ kind, name: COMPOSED[kind] })), ...furtherAddresses(config)];
}
function furtherAddresses({ postgresql: { databases = [] } }) {
  return databases.map((database) => ({ kind: "database", name: databaseSecret(database), database }));
}
function isWanted(config, kind) {
  if (kind === "storageKey") return mountsBySmb(config) || isRead(config, COMPOSED.storageKey);
  return kind !== "storage" || isRead(config, COMPOSED.storage);
}
function asksForAccountKey(config) {
  return composedOf(config).some(({ kind }) => kind === "storageKey" || kind === "storage");
}
function isRead(config, secret) {
  return workloads(config).some(({ workload }) => secretsOf(workload).some(({ name }) => name === secret));
}
function mountsBySmb(config) {
  const mounted = workloads(config).flatMap(({ workload }) => shareVolumesOf(workload));
  return mounted.some(({ share }) => config.storage?.shares[share]?.protocol === "smb");
}
function rabbitMq({ services }) {
  const service = services.infrastructure.find(({ key }) => key === "rabbitmq");
  const password = service?.env.RABBITMQ_DEFAULT_PASS;
  if (service?.port === void 0 || password?.kind !== "secret") return void 0;
  const user = service.env.RABBITMQ_DEFAULT_USER;
  if (user?.kind === "reference") return void 0;
  return {
    user: user?.kind === "plain" ? user.value : "guest",
    host: service.name,
    port: service.port,
    passwordName: password.name
  };
}

// src/domain/steps/create-databases.ts
var createDatabases = {
  name: "create_databases",
  number: 6,
  title: "Create databases",
  makes: "PostgreSQL flexible server and database, Redis, a storage account; resources of any type, and templates",
  dependsOn: [createResourceGroup.name],
  // The server is there long before a cache is.
  headStart: { dependsOn: [createResourceGroup.name] },
  configKeys: ["postgresql", "redis", "storage", "locations.postgresql", "locations.redis", "locations.storage"],
  outputs: [
    "postgresServerId",
    "postgresHost",
    "postgresIncarnation",
    "postgresUser",
    "redisId",
    "redisHost",
    "redisPort",
    "redisKind",
    "redisIncarnation",
    "storageId",
    "storageIncarnation",
    "storageBlobEndpoint",
    "storageQueueEndpoint",
    "storageFileEndpoint"
  ],
  // Of resources of any type what their outputs say, as `bus.endpoint`, and what tells one from an earlier one of its name.
  families: { resource: "resource", resourceMade: "resource_made" },
  typicalSeconds: 720
};

// src/domain/steps/create-key-vault.ts
var createKeyVault = {
  name: "create_key_vault",
  number: 5,
  title: "Create key vault",
  makes: "vault, its roles",
  dependsOn: [createResourceGroup.name],
  configKeys: ["keyVault", "locations.keyVault"],
  outputs: ["vaultId", "vaultUri"],
  typicalSeconds: 45
};

// src/domain/steps/store-secrets.ts
var OF_POSTGRESQL = [["postgresServerId"], ["postgresHost"], ["postgresIncarnation"]];
var OF_REDIS = [["redisId"], ["redisKind"], ["redisHost"], ["redisPort"], ["redisIncarnation"]];
var OF_STORAGE = [["storageId"], ["storageIncarnation"]];
var storeSecrets = {
  name: "store_secrets",
  number: 7,
  title: "Store secrets",
  makes: "secrets in the vault; the database password",
  dependsOn: [createKeyVault.name, createDatabases.name],
  // What is given or made up needs the vault alone, and the server's password no cache.
  headStart: { dependsOn: [createKeyVault.name], follows: [createDatabases.name] },
  // RABBITMQ-URL is made of the name, port and credentials of an infrastructure service.
  configKeys: [
    "secrets",
    "postgresql.databaseName",
    "postgresql.databases",
    "postgresql.adminUser",
    "services.infrastructure"
  ],
  // Versioned vault URL of each secret: `secret.DATABASE-URL`.
  families: { secret: "secret" },
  typicalSeconds: 60,
  // What the connection strings and the server's password are made of.
  consumes: (config) => [
    ["vaultUri"],
    ...hasSection(config, "postgresql") ? OF_POSTGRESQL : [],
    ...hasSection(config, "redis") ? OF_REDIS : [],
    ...asksForAccountKey(config) ? OF_STORAGE : []
  ]
};

// src/domain/steps/deploy-infrastructure-services.ts
var deployInfrastructureServices = {
  name: "deploy_infrastructure_services",
  number: 10,
  title: "Deploy infrastructure services",
  makes: "mounts of file shares; RabbitMQ, Qdrant: every service with an `image` that is no application; resources of any type, and templates, that need what is there by then",
  dependsOn: [storeSecrets.name, createContainerAppsEnv.name],
  // A broker needs its password, and neither the database nor its address.
  headStart: { dependsOn: [createContainerAppsEnv.name], follows: [storeSecrets.name] },
  configKeys: ["services.infrastructure"],
  // The revision of each service, and the address of its app.
  families: {
    infrastructureApp: "app",
    infrastructureFqdn: "fqdn",
    // Of resources of any type that need the environment, or a secret, or what else is there only then.
    lateResource: "resource",
    lateResourceMade: "resource_made"
  },
  typicalSeconds: 25,
  inRollback: true,
  // Its apps read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name]
};

// src/domain/steps/run-migrations.ts
var runMigrations = {
  name: "run_migrations",
  number: 13,
  title: "Run migrations",
  makes: "a Container Apps job for each service with a migration; before the new code starts",
  dependsOn: [buildAndPushImages.name, deployInfrastructureServices.name],
  configKeys: ["deployment.skipMigrations"],
  // What stands for the migration that was done last.
  families: { migration: "migration" },
  typicalSeconds: 45,
  // Its jobs read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name]
};

// src/domain/steps/deploy-application-services.ts
var deployApplicationServices = {
  name: "deploy_application_services",
  number: 11,
  title: "Deploy application services",
  makes: "one revision, without traffic, for each application service that changed, and the jobs beside them",
  dependsOn: [runMigrations.name],
  configKeys: ["services.application", "networking", "jobs"],
  // The revision of each service, and the address of its app.
  families: { app: "app", fqdn: "fqdn" },
  typicalSeconds: 25,
  inRollback: true,
  // Its apps read versions of secrets, and a secret that is put back has a new one.
  joinsRepairOf: [storeSecrets.name]
};

// src/domain/steps/configure-environment-variables.ts
var configureEnvironmentVariables = {
  name: "configure_environment_variables",
  number: 12,
  title: "Configure environment variables",
  makes: "nothing, unless somebody changed variables by hand: repairs them",
  dependsOn: [deployApplicationServices.name],
  configKeys: ["networking"],
  // The revision that is to serve: a repair may have made another one than the step that deployed it.
  families: { servingRevision: "app" },
  typicalSeconds: 2,
  consumes: ({ services }) => [
    ...services.application.map(({ key }) => ["app", key]),
    ...services.infrastructure.map(({ key }) => ["infrastructureApp", key])
  ],
  inRollback: true,
  // A repair of an app may be a new revision.
  joinsRepairOf: [deployApplicationServices.name]
};

// src/domain/steps/verify-deployment.ts
var verifyDeployment = {
  name: "verify_deployment",
  number: 14,
  title: "Verify deployment",
  makes: "traffic for revisions that are healthy; the addresses; names with their certificates",
  dependsOn: [configureEnvironmentVariables.name],
  configKeys: ["networking"],
  outputs: ["swagger"],
  // Where each external service answers, and under which names of its own.
  families: { address: "address", domain: "domain" },
  typicalSeconds: 15,
  inRollback: true,
  verifies: true,
  movesTraffic: true
};

// src/domain/steps.ts
var DEFINITIONS = [
  checkPrerequisites,
  createResourceGroup,
  createMonitoring,
  createContainerRegistry,
  createKeyVault,
  createDatabases,
  storeSecrets,
  createContainerAppsEnv,
  buildAndPushImages,
  deployInfrastructureServices,
  deployApplicationServices,
  configureEnvironmentVariables,
  runMigrations,
  verifyDeployment
];
var STEPS = DEFINITIONS;
var STEP_NAMES = STEPS.map(({ name }) => name);
var BY_NAME = new Map(STEPS.map((step) => [step.name, step]));
function stepDefinition(name) {
  const found = BY_NAME.get(name);
  if (!found) throw new Error(`no step is called ${name}`);
  return found;
}

// src/shared/shown-text.ts
var OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
var COMMANDS2 = /(?<=^[^\S\n]*):(?=:[a-z])|#(?=#(?:vso)?\[)/gim;
function shownText(text, { hasCommands = false } = {}) {
  const shown = text.replaceAll("\r\n", "\n").replace(OBEYED, escaped);
  return hasCommands ? shown.replace(COMMANDS2, escaped) : shown;
}
function asOneEntry(text) {
  return text.replaceAll("\n", "\n      ");
}
function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// src/domain/cost/decimal.ts
var NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
var ZERO = { units: 0n, scale: 0 };
function decimal(value) {
  const [, sign, whole = "", fraction = "", exponent = "0"] = NUMBER.exec(String(value)) ?? [];
  if (sign === void 0) throw new Error(`${value} is no decimal number`);
  const scale = fraction.length - Number(exponent);
  const units = BigInt(`${sign}${whole}${fraction}`);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}
function plus(one, other) {
  const scale = Math.max(one.scale, other.scale);
  return { units: unitsAt(one, scale) + unitsAt(other, scale), scale };
}
function sum(values) {
  return values.reduce(plus, ZERO);
}
function decimalText({ units, scale }) {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  if (scale === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
function unitsAt({ units, scale }, wanted) {
  return units * 10n ** BigInt(wanted - scale);
}

// src/domain/cost/money.ts
var FORMATS = /* @__PURE__ */ new Map();
function format(currency, signDisplay) {
  const key = `${currency} ${signDisplay}`;
  const known = FORMATS.get(key) ?? new Intl.NumberFormat("en", { style: "currency", currency, signDisplay, currencyDisplay: "symbol" });
  FORMATS.set(key, known);
  return known;
}
function moneyText(amount, currency) {
  return format(currency, "auto").format(amount);
}
function changeText(amount, currency) {
  return format(currency, "exceptZero").format(amount);
}

// src/text/cost-text.ts
var KEY_WIDTH = 28;
function costLines(cost, told = /* @__PURE__ */ new Set()) {
  const changed = cost.resources.filter(({ change }) => Number(change) !== 0);
  const same = cost.resources.length - changed.length;
  return [
    sumLine(cost),
    ...changed.filter(({ key }) => !told.has(key)).map((one) => resourceLine(one, cost)),
    ...same > 0 ? [`  ${same === 1 ? "one more stays" : `${same} more stay`} what ${same === 1 ? "it costs" : "they cost"}`] : [],
    ...allowanceSum(cost),
    ...doubtLines(cost)
  ];
}
function allowanceSum({ allowances, currency }) {
  const total = (of) => decimalText(sum(allowances.map((one) => decimal(one[of]))));
  const [now, after] = [total("now"), total("after")];
  if (now === after) return [];
  return [`  ${fromTo(now, after, currency)} of it for what is free, or cheaper by quantity`];
}
function sumLine({ now, after, change, most, currency, asOf }) {
  const parts = `fixed ${moneyText(after.fixed, currency)}, by use ${moneyText(after.use, currency)}, scaled out at most ${moneyText(most, currency)}`;
  const of = asOf === void 0 ? "" : `; prices of ${asOf.slice(0, 10)}`;
  return `Cost in a month: ${fromTo(now.sum, after.sum, currency)} (${changeText(change, currency)}): ${parts}${of}`;
}
function resourceLine({ key, now, after, change, notPriced }, { currency }) {
  const partly = notPriced ? " at least" : "";
  const text = `  ${key.padEnd(KEY_WIDTH)} ${fromTo(now.sum, after.sum, currency)} (${changeText(change, currency)})${partly}${split(after, currency)}`;
  return text;
}
function split({ fixed, use }, currency) {
  if (Number(fixed) === 0 || Number(use) === 0) return "";
  return ` fixed ${moneyText(fixed, currency)}, by use ${moneyText(use, currency)}`;
}
function doubtLines({ problem, notPriced, resources }) {
  const partly = resources.flatMap(({ key, notPriced: whys = [] }) => whys.map((why) => `${key}: ${why}`));
  const not = [...notPriced.map(({ key, why }) => `${key}: ${why}`), ...partly];
  return [
    ...problem === void 0 ? [] : [`\u26A0 ${problem}`],
    ...not.length === 0 ? [] : ["Not priced:", ...not.map((one) => `  ${one}`)]
  ];
}
function overLimitLine({ after, limit = "0", currency }) {
  return `\u26A0 ${moneyText(after.sum, currency)} in a month are over the limit of ${moneyText(limit, currency)}: --accept-cost accepts that`;
}
function fromTo(now, after, currency) {
  if (now === after) return moneyText(after, currency);
  return `${moneyText(now, currency)} \u2192 ${moneyText(after, currency)}`;
}

// src/text/removal-text.ts
var DAY_IN_MS = 24 * 60 * 60 * 1e3;
function removalLines({ resources }, now = /* @__PURE__ */ new Date()) {
  const going = resources.filter(({ action }) => action === "delete");
  const own = going.filter(({ goesWith }) => goesWith === void 0);
  const lines = (one) => goingLine(
    one,
    going.filter(({ goesWith }) => goesWith === one.key),
    now
  );
  return [
    ...section(
      "In the way:",
      resources.filter(({ action }) => action === "forbidden").map((one) => `  ! ${one.reason ?? one.key}`)
    ),
    ...section(
      "Before anything is deleted:",
      resources.filter(({ action }) => action === "create" || action === "update").map(firstLine)
    ),
    ...section("Deleted, with their data:", own.filter(({ data }) => data).map(lines)),
    ...section("Deleted:", own.filter(({ data }) => !data).map(lines)),
    ...section(
      "Stay, and are left behind:",
      resources.filter(({ action }) => action === "left_behind").map(stayingLine)
    ),
    ...section(
      "Stay, and are no concern of this environment any more:",
      resources.filter(({ action }) => action === "keep").map(stayingLine)
    )
  ];
}
function section(title, lines) {
  return lines.length === 0 ? [] : ["", title, ...lines];
}
function goingLine({ key, reason, data }, withIt, now) {
  const told = [
    reason,
    data && dataText(data, now),
    withIt.length > 0 ? `with ${withIt.map((one) => one.key).join(", ")}` : void 0
  ];
  return `  - ${key.padEnd(28)} ${told.filter((part) => part !== void 0 && part !== "").join("; ")}`.trimEnd();
}
function dataText({ size, since }, now) {
  const age = since === void 0 ? void 0 : Math.floor((now.getTime() - Date.parse(since)) / DAY_IN_MS);
  const days = age === 1 ? "1 day" : `${age} days`;
  return [size, since && `made ${since.slice(0, 10)} (${days} ago)`].filter((part) => part).join(", ") || "holds data";
}
function firstLine({ key, reason }) {
  return `  + ${key.padEnd(28)} ${reason ?? ""}`.trimEnd();
}
function stayingLine({ key, reason }) {
  return `  = ${key.padEnd(28)} ${reason ?? ""}`.trimEnd();
}

// src/text/wrapped.ts
function wrapped(text, columns) {
  return text.split("\n").map((line) => {
    const [indent = ""] = /^ */.exec(line) ?? [];
    const width = Math.max(columns - indent.length, 1);
    const lines = [];
    for (const word of line.slice(indent.length).split(" ")) {
      const joined = `${lines.at(-1)} ${word}`;
      if (lines.length === 0 || joined.length > width) lines.push(word);
      else lines[lines.length - 1] = joined;
    }
    return lines.map((one) => `${indent}${one}`).join("\n");
  }).join("\n");
}
function hanging(head, text, columns) {
  const room = columns - head.length;
  const indent = room < MIN_ROOM ? MIN_INDENT : head.length;
  const whole = `${" ".repeat(indent)}${text}`;
  if (room >= MIN_ROOM) {
    const [first = "", ...rest] = wrapped(whole, columns).split("\n");
    return [`${head}${first.slice(indent)}`.trimEnd(), ...rest];
  }
  return [head.trimEnd(), ...text === "" ? [] : wrapped(whole, columns).split("\n")];
}
var MIN_ROOM = 20;
var MIN_INDENT = 4;

// src/text/resource-text.ts
var MAX_VALUE_LENGTH = 100;
var FIELD_INDENT = 16;
var KEY_WIDTH2 = 28;
var RESOURCE_ICON = {
  create: "+",
  update: "~",
  unchanged: " ",
  replace: "\xB1",
  forbidden: "!",
  adopt: "\u2192",
  keep: "=",
  left_behind: "?",
  delete: "-",
  orphan: "?"
};
var WORD = { left_behind: "left behind" };
var WHY = {
  changed_outside: "changed outside",
  preserved: "preserved",
  fixed: "fixed at its creation",
  needed: "others need it",
  grown: "grown by itself",
  contested: "the configuration says two things, so what is live wins"
};
function resourceLines(resources, cost, columns) {
  const changed = resources.filter(({ action }) => action !== "unchanged");
  return [...Map.groupBy(changed, groupOf)].flatMap(([group, members]) => {
    const made = members.filter(isSimplyMade);
    const told = members.filter((one) => !isSimplyMade(one));
    return [
      ...made.length > 0 ? madeLines(group, made, cost, columns) : [],
      ...told.flatMap((one) => changedLines(one, cost, columns))
    ];
  });
}
function groupOf({ key }) {
  const [family = key, member] = key.split(":");
  return member !== void 0 && OF_SERVICES.has(family) ? member : family;
}
var OF_SERVICES = /* @__PURE__ */ new Set(["app", "job"]);
function isSimplyMade({ action, changes = [], kept = [], maybe = [] }) {
  return action === "create" && changes.length + kept.length + maybe.length === 0;
}
function madeLines(group, members, cost, columns) {
  const [only] = members;
  const label2 = members.length === 1 && only ? only.key : group;
  const what = members.map((one) => one.reason ?? nameOf(one)).join(", ");
  return hanging(headOf("create", label2), [what, moneyOf(members, cost)].join(""), columns);
}
function headOf(action, label2) {
  return `  ${RESOURCE_ICON[action]} ${(WORD[action] ?? action).padEnd(11)} ${label2.padEnd(KEY_WIDTH2)} `;
}
function moneyOf(members, cost) {
  const keys = new Set(members.map(({ key }) => key));
  const found = cost?.resources.filter(({ key }) => keys.has(key)) ?? [];
  const change = decimalText(sum(found.map((one2) => decimal(one2.change))));
  if (!cost || Number(change) === 0) return "";
  const least = found.some(({ notPriced }) => notPriced) ? " at least" : "";
  const [one] = found;
  const was = one && found.length === 1 && Number(one.now.sum) !== 0;
  const from = was ? `${fromTo(one.now.sum, one.after.sum, cost.currency)}, ` : "";
  return ` (${from}${changeText(change, cost.currency)}${least} a month)`;
}
function changedLines(resource, cost, columns) {
  const { action, key, changes = [], kept = [] } = resource;
  const fields = [
    ...changes.flatMap(changeLines),
    ...kept.map(
      ({ path, found, wanted, why }) => `${shownPath(path)} stays ${cut(found)}, not ${cut(wanted)} (${WHY[why] ?? why})`
    )
  ];
  const head = headOf(action, key);
  const told = [resource.reason ?? (fields.length > 0 ? void 0 : nameOf(resource)), dependence(resource)];
  const text = told.filter((part) => part !== void 0).join(" ");
  const money = moneyOf([resource], cost);
  const [first, ...rest] = fields;
  if (text === "" && first !== void 0 && rest.length === 0) return hanging(head, `${first}${money}`, columns);
  return [
    ...hanging(head, `${text}${money}`.trimStart(), columns),
    ...fields.flatMap((field) => hanging(" ".repeat(FIELD_INDENT), field, columns))
  ];
}
function nameOf({ id }) {
  return id.split("/").at(-1) ?? "";
}
function dependence({ maybe = [] }) {
  return maybe.length === 0 ? void 0 : `(maybe: depends on ${maybe.join(", ")})`;
}
function changeLines({ path, from, to, owner, danger }) {
  const always = owner === "invariant" && danger === void 0 ? " (always so)" : "";
  const change = `${shownPath(path)} ${cut(from)} \u2192 ${cut(to)}${always}`;
  return danger === void 0 ? [change] : [change, `  always so: ${danger}`];
}
function shownPath(path) {
  return path.replace(/^properties\./, "");
}
function cut(value) {
  return value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}\u2026` : value;
}

// src/text/words.ts
function formatDuration(milliseconds) {
  if (milliseconds < 1e3) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 6e4) return `${(milliseconds / 1e3).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1e3);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}
function aboutDuration(seconds) {
  if (seconds < 95) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  const rest = Math.round(minutes % 60 / 10) * 10;
  const hours = Math.floor(minutes / 60) + (rest === 60 ? 1 : 0);
  return `about ${hours} h${rest % 60 === 0 ? "" : ` ${rest} min`}`;
}
function countOf(count, what) {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
function planSummary(plan) {
  if (plan.removal) return removalSummary(plan);
  const count = (action) => plan.steps.filter((step) => step.action === action).length;
  const maybe = count("maybe");
  return `Plan: ${count("run")} to run, ${maybe > 0 ? `${maybe} maybe, ` : ""}${count("skip")} unchanged${expirySummary(plan)}`;
}
function expirySummary({ expires }) {
  switch (expires?.kind) {
    case void 0:
      return "";
    case "set":
      return `; expires ${expires.after} from now`;
    case "kept":
      return `; expires at ${expires.at}`;
    case "dropped":
      return `; does not expire any more (it would have, at ${expires.at})`;
  }
}
function expiryLine(expires) {
  return expires === void 0 ? void 0 : `Expires at ${expires}, and is deleted then, data included`;
}
function removalSummary({ resources }) {
  const deleted = resources.filter(({ action }) => action === "delete").length;
  const staying = resources.filter(({ action }) => action === "keep" || action === "left_behind").length;
  return `Plan: ${deleted} to delete, ${staying === 1 ? "1 stays" : `${staying} stay`}`;
}
function countsText(run) {
  if (run.drifted !== void 0) return run.drifted === 0 ? "no drift" : `drift: ${countOf(run.drifted, "field")}`;
  if (run.work === "drift_check") return "drift check";
  if (run.deleted !== void 0) return `${run.deleted} deleted`;
  return `${run.executed.length} executed, ${run.skipped.length} skipped, ${run.failed.length} failed`;
}

// src/text/plan-text.ts
var STEP_ICON = { run: "\u25B6", maybe: "?", skip: "\u2013" };
var TOLD_ALONE = 2;
function planText(plan, columns = Number.POSITIVE_INFINITY) {
  const { renewed = [], takeover = [], unseen = [], domains = [], warnings } = plan;
  const lines = [...targetLines(plan), ...stepLines(plan.steps, columns)];
  const resources = resourceLines(plan.resources, plan.cost, columns);
  if (plan.removal) lines.push(...removalLines(plan));
  else if (resources.length > 0) lines.push("", "Resources:", ...resources);
  if (takeover.length > 0) lines.push("", "Order of the takeover:", ...takeover.map(stageLine));
  if (domains.length > 0) lines.push("", ...domainLines(domains));
  if (renewed.length > 0) lines.push("", "Made anew:", ...renewed.map((output) => `  * ${output}`));
  if (unseen.length > 0) lines.push("", "Not looked at:", ...unseen.flatMap((one) => hanging("  ", one, columns)));
  if (plan.cost) lines.push("", ...costLines(plan.cost, keysOf(plan)));
  if (plan.cost && plan.overLimit) lines.push(overLimitLine(plan.cost));
  if (warnings.length > 0) lines.push("", ...warningLines(warnings, columns));
  lines.push("", planSummary(plan));
  if (plan.criticalPath.length > 0) lines.push(...hanging("", criticalPathText(plan), columns));
  return `${lines.join("\n")}
`;
}
function warningLines(warnings, columns) {
  return [`${countOf(warnings.length, "warning")}:`, ...warnings.flatMap((one) => hanging("  \u26A0 ", one, columns))];
}
function stepLines(steps, columns) {
  const doing = steps.filter(({ action }) => action !== "skip");
  const alike = Map.groupBy(doing, ({ action, reason }) => `${action} ${reason}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    if (group.length <= TOLD_ALONE) return group.flatMap((step) => stepLine(step, columns));
    const { action, reason } = first;
    const names = group.length === steps.length ? "" : `: ${group.map(({ step }) => step).join(", ")}`;
    return hanging(stepHead(action, "", `${group.length} steps`), `${reason}${names}`, columns);
  });
}
function stepLine({ action, number, step, reason }, columns) {
  return hanging(stepHead(action, String(number), step), reason, columns);
}
function stepHead(action, number, name) {
  return `  ${STEP_ICON[action]} ${number.padStart(2)} ${name.padEnd(31)} ${action.padEnd(5)} `;
}
function keysOf({ resources, removal }) {
  if (removal) return /* @__PURE__ */ new Set();
  return new Set(resources.flatMap(({ key, action }) => action === "unchanged" ? [] : [key]));
}
function targetLines({ environment, target, steps }) {
  if (!target) return [];
  const { subscriptionId, resourceGroup, location } = target;
  const subscription = subscriptionId ?? "(not known)";
  return [
    `Environment ${environment}: resource group ${resourceGroup} (${location}), subscription ${subscription}`,
    ...steps.length > 0 ? [""] : []
  ];
}
function stageLine({ what, resources, steps }, index) {
  const of = resources.length === 0 ? "" : `: ${resources.join(", ")}`;
  const by = steps.length === 0 ? "" : ` (${steps.join(", ")})`;
  return `  ${index + 1}. ${what}${of}${by}`;
}
function domainLines(domains) {
  return [
    "DNS records, for which the run waits once the application is released:",
    ...domains.flatMap(
      ({ records }) => records.map(
        ({ type, name, value, ours }) => `  ${type.padEnd(5)} ${name} \u2192 ${value}${ours ? " (made by the run)" : ""}`
      )
    )
  ];
}
function criticalPathText({ criticalPath }) {
  const total = criticalPath.reduce((sum2, { estimatedSeconds }) => sum2 + estimatedSeconds, 0);
  const names = criticalPath.map(({ step }) => step).join(" \u2192 ");
  return `Longest path, ${aboutDuration(total)} on Azure: ${names}`;
}

// src/text/plain-text.ts
function plainText(event) {
  switch (event.type) {
    case "run_started":
      return `Run ${event.runId} ${event.resumed ? "goes on" : "started"} (environment ${event.environment})`;
    case "run_queued": {
      const behind = event.holder === null ? "" : `; ${event.holder} holds the environment`;
      return `Waiting for its turn: number ${event.place} in the queue${behind}`;
    }
    case "approval_decided": {
      const why = event.comment ? `: ${asOneEntry(event.comment)}` : "";
      return `Plan ${event.decision === "approve" ? "approved" : "rejected"} by ${event.by}${why}`;
    }
    case "cancel_requested":
      return `Asked to stop by ${event.by}: nothing new is started, what runs is followed to its end`;
    case "plan":
      return planText(event.plan).trimEnd();
    case "approval_requested":
      return "Waiting for approval of this plan.";
    case "step_started":
      return `\u25B6 ${label(event.step)} started: ${event.reason}`;
    case "step_progress":
      return `  ${label(event.step)} ${asOneEntry(event.message)}`;
    case "step_completed":
      return `\u2713 ${label(event.step)} completed in ${formatDuration(event.durationInMs)}`;
    case "step_skipped":
      return `\u2013 ${label(event.step)} skipped: ${event.reason}`;
    case "step_failed":
      return [
        `\u2717 ${label(event.step)} failed after ${formatDuration(event.durationInMs)}: ${asOneEntry(event.message)}`,
        `    code ${event.code}${event.correlationId ? `, correlation id ${event.correlationId}` : ""}`,
        ...event.hint ? [`    ${event.hint}`] : []
      ].join("\n");
    case "drift_checked":
      return [
        event.differing === 0 ? `\u2713 No drift: ${event.resources} resources are as they were left` : `\u26A0 ${countOf(event.differing, "field")} of ${event.resources} resources differ:`,
        ...event.drift.map((one) => `    ${driftText(one)}`),
        ...event.notes.map((note) => `    ${note}`)
      ].join("\n");
    case "dump_completed":
      return event.addresses.map((address) => `\u2713 ${event.server} dumped to ${address}`).join("\n");
    case "removal_started":
      return `- ${event.key} is being deleted`;
    case "removal_completed":
      return `\u2713 ${event.key} deleted`;
    case "removal_failed":
      return [
        `\u2717 ${event.key} was not deleted: ${asOneEntry(event.message)}`,
        `    code ${event.code}${event.correlationId ? `, correlation id ${event.correlationId}` : ""}`,
        ...event.hint ? [`    ${event.hint}`] : []
      ].join("\n");
    case "log":
      return `${event.level === "warning" ? "\u26A0" : event.level === "error" ? "\u2717" : " "} ${event.service ? `[${event.service}] ` : ""}${asOneEntry(event.message)}`;
    case "run_completed":
      return [
        `Run ${event.runId} ${event.status}: ${countsText(event)} in ${formatDuration(event.durationInMs)}`,
        ...event.expires === void 0 ? [] : [`  ${expiryLine(event.expires)}`]
      ].join("\n");
  }
}
function label(step) {
  return `${String(stepDefinition(step).number).padStart(2)}/${STEPS.length} ${step}`;
}

// action/plan-files.ts
import { mkdir, writeFile } from "node:fs/promises";
import { join as join2 } from "node:path";
async function writePlan(root, { runId, plan }) {
  if (!root || !plan) return void 0;
  const folder = join2(root, `draftgenie-deploy-${runId}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join2(folder, "plan.json"), `${JSON.stringify(plan, null, 2)}
`);
  await writeFile(join2(folder, "plan.txt"), shownText(planText(plan)));
  return folder;
}

// action/pull-request.ts
import { readFile as readFile2 } from "node:fs/promises";
var MAX_COMMENT_LENGTH = 65e3;
var PER_PAGE = 100;
var MAX_PAGES = 100;
async function pullRequestOf(env, token) {
  const { GITHUB_API_URL: api = "", GITHUB_REPOSITORY: repository = "", GITHUB_EVENT_PATH: path } = env;
  if (!path || !token) return void 0;
  const event = JSON.parse(await readFile2(path, "utf8"));
  const number = event.pull_request?.number;
  return typeof number === "number" ? { api: api.replace(/\/+$/, ""), repository, number, token } : void 0;
}
async function comment({ warning }, pullRequest, environment, text) {
  const mark = `<!-- draftgenie-deploy ${environment} -->`;
  const body = JSON.stringify({ body: `${mark}
${shortened(text)}` });
  try {
    const own = await ownComment(pullRequest, mark);
    const issues = `/repos/${pullRequest.repository}/issues`;
    if (own === void 0) await call(pullRequest, "POST", `${issues}/${pullRequest.number}/comments`, body);
    else await call(pullRequest, "PATCH", `${issues}/comments/${own}`, body);
  } catch (error) {
    warning(`The plan could not be written on the pull request: ${error.message}`);
  }
}
async function ownComment(pullRequest, mark) {
  const { repository, number } = pullRequest;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `/repos/${repository}/issues/${number}/comments?per_page=${PER_PAGE}&page=${page}`;
    const comments = await (await call(pullRequest, "GET", path)).json();
    const own = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(mark));
    if (own || comments.length < PER_PAGE) return own?.id;
  }
  return void 0;
}
async function call({ api, token }, method, path, body) {
  const response = await outboundFetch(`${api}${path}`, {
    method,
    redirect: "manual",
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
      "user-agent": "draftgenie-deploy",
      ...body !== void 0 && { "content-type": "application/json" }
    },
    ...body !== void 0 && { body }
  });
  if (response.ok) return response;
  const hint = response.status === 403 ? "; the job needs the permission pull-requests: write" : "";
  throw new Error(`GitHub answered ${response.status}${hint}.`);
}
function shortened(text) {
  return text.length <= MAX_COMMENT_LENGTH ? text : `${text.slice(0, MAX_COMMENT_LENGTH)}

\u2026 shortened; the summary of the job has all of it.`;
}

// action/summary.ts
var ICON = { completed: "\u2705", skipped: "\u2796", failed: "\u274C", running: "\u25B6\uFE0F" };
function summaryOf(run) {
  const planned = new Map(run.plan?.steps.map((step) => [step.step, step.action]));
  const rows = run.steps.map(({ number, step, status, reason, durationInMs, error }) => {
    const took = durationInMs === null ? "" : formatDuration(durationInMs);
    const cells = [number, step, planned.get(step) ?? "", `${ICON[status] ?? ""} ${status}`, took];
    return rowOf([...cells, error?.message ?? reason ?? ""]);
  });
  const removed = run.removals.map(
    ({ key, status, error }) => rowOf([key, `${ICON[status] ?? ""} ${status}`, error?.message ?? ""])
  );
  const what = run.plan?.removal ? "Deletion" : "Deployment";
  return [
    `### ${what} of ${markdown(run.environment)}: ${markdown(run.status.replaceAll("_", " "))}`,
    "",
    `Run \`${run.runId}\`, ${formatDuration(run.durationInMs)}. ${run.plan ? planSummary(run.plan) : ""}`,
    "",
    ...run.error ? [`> ${markdown(run.error.message)} ${markdown(run.error.hint ?? "")}`.trimEnd(), ""] : [],
    ...run.plan?.removal ? ["| Resource | Status | Why |", "|---|---|---|", ...removed] : ["| # | Step | Plan | Status | Took | Why |", "|---|---|---|---|---|---|", ...rows],
    "",
    ...warningList(run.plan?.warnings ?? []),
    ...costTable(run.plan?.cost),
    ...run.expires === void 0 ? [] : [`${expiryLine(run.expires)}.`, ""],
    ...Object.entries(run.addresses).map(([name, url]) => `- ${markdown(name)}: ${markdown(url)}`)
  ].join("\n");
}
function warningList(warnings) {
  if (warnings.length === 0) return [];
  return [`${countOf(warnings.length, "warning")}:`, "", ...warnings.map((one) => `- \u26A0\uFE0F ${markdown(one)}`), ""];
}
function costTable(cost) {
  if (!cost) return [];
  const { currency, now, after, change, resources, problem } = cost;
  const changed = resources.filter((one) => Number(one.change) !== 0);
  const money = (amount) => moneyText(amount, currency);
  const rows = changed.map(
    (one) => rowOf([one.key, money(one.now.sum), money(one.after.sum), changeText(one.change, currency)])
  );
  return [
    `Cost in a month: ${money(now.sum)} \u2192 ${money(after.sum)} (**${changeText(change, currency)}**), fixed ${money(after.fixed)}, by use ${money(after.use)}.`,
    ...problem === void 0 ? [] : [markdown(problem)],
    "",
    ...rows.length === 0 ? [] : ["| Resource | Now | After | Change |", "|---|---|---|---|", ...rows, ""]
  ];
}
function endingSummary(ending) {
  if (ending.length === 0) return "### No environment expires";
  const rows = ending.map(({ environment, expires: { at, phase, by } }) => rowOf([environment, at, phase, by]));
  return ["### Environments that expire", "", "| Environment | At | | Set by |", "|---|---|---|---|", ...rows].join(
    "\n"
  );
}
function rowOf(cells) {
  return `| ${cells.map((cell) => markdown(String(cell))).join(" | ")} |`;
}
function markdown(text) {
  return shownText(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replace(/[\\`*_[\]|]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

// action/conclude.ts
var POLL_EVERY_MS = 2e3;
async function conclude(step, { runId }, ending) {
  const { runner: runner2, app, pullRequest, filesOfJob } = step;
  const { title, waits } = ending;
  runner2.output("run-id", runId);
  cancelWithJob(step, runId);
  const isOtherPlan = waits ? await runner2.group(title, () => follow(step, runId, ending)) : false;
  const run = await show(app, runId);
  tellOutputs(runner2, run);
  for (const warning of run.plan?.warnings ?? []) runner2.warning(warning);
  runner2.output("plan-files", await writePlan(filesOfJob, run) ?? "");
  const summary = summaryOf(run);
  runner2.summary(summary);
  if (pullRequest) await comment(runner2, pullRequest, run.environment, summary);
  if (isOtherPlan) throw otherPlan(run);
  if (waits) requireSuccess(run);
}
function tellOutputs(runner2, run) {
  const cost = run.plan?.cost;
  runner2.output("status", run.status);
  runner2.output("changed", String(run.executed.length > 0 || (run.deleted ?? 0) > 0));
  runner2.output(
    "addresses",
    Object.entries(run.addresses).map(([name, url]) => `${name}: ${url}`).join("\n")
  );
  runner2.output("plan-digest", run.plan?.digest ?? "");
  runner2.output("cost", cost ? `${cost.after.sum} ${cost.currency}` : "");
  runner2.output("cost-change", cost ? `${cost.change} ${cost.currency}` : "");
  runner2.output("expires", run.expires ?? "");
}
function otherPlan({ plan }) {
  const is = plan ? `: it is ${plan.digest} now` : "";
  return new StepFailure(
    `The plan is not the one that was approved${is}. Look at it, and approve that.`,
    "plan-changed"
  );
}
async function follow({ app, runner: runner2 }, runId, { approval }) {
  let after = "";
  let isOtherPlan = false;
  const seen = /* @__PURE__ */ new Set();
  for (let isOver = false; ; ) {
    const query = after === "" ? "" : `?after=${encodeURIComponent(after)}`;
    const response = await app.send("GET", `/api/deployments/${runId}/events${query}`);
    after = response.headers.get("x-position") ?? after;
    const lines = (await response.text()).split("\n").filter((line) => line !== "");
    const events = lines.map((line) => JSON.parse(line)).filter(({ id }) => !seen.has(id));
    for (const event of events) {
      seen.add(event.id);
      tell(runner2, event);
      if (event.type !== "approval_requested") continue;
      if (!approval) tellWaiting(runner2, event, app);
      else isOtherPlan = !await decide(app, event, approval);
    }
    if (isOver || events.some(({ type }) => type === "run_completed")) return isOtherPlan;
    if (events.length > 0) continue;
    isOver = (await show(app, runId)).finishedAt !== null;
    await sleep2(POLL_EVERY_MS);
  }
}
async function decide(app, { runId, planDigest }, approval) {
  const isSame = planDigest === approval.planDigest;
  const decision = isSame ? { decision: "approve", ...approval.acceptCost && { acceptCost: true } } : { decision: "reject", comment: `Another plan was approved: ${approval.planDigest}` };
  await app.send("POST", `/api/deployments/${runId}/approval`, {
    body: JSON.stringify({ planDigest, ...decision }),
    headers: { "content-type": "application/json" },
    isRepeatable: true
  });
  return isSame;
}
function tell(runner2, event) {
  const text = event.type === "log" && event.level === "debug" ? void 0 : plainText(event);
  if (text !== void 0) runner2.log(text);
}
function tellWaiting(runner2, { runId, planDigest }, { url }) {
  runner2.notice(`Waiting for an approval: draftgenie-deploy approve ${runId} --plan ${planDigest} --remote ${url}`);
}
async function show(app, runId) {
  return await (await app.send("GET", `/api/deployments/${runId}`)).json();
}
function cancelWithJob({ app, runner: runner2 }, runId) {
  const cancel = () => {
    runner2.log(`Cancelling ${runId}: nothing new is started, what runs is followed to its end.`);
    app.send("POST", `/api/deployments/${runId}/cancel`).catch((error) => runner2.error(String(error))).finally(() => process.exit(1));
  };
  process.once("SIGINT", cancel);
  process.once("SIGTERM", cancel);
}
function requireSuccess({ status, error }) {
  if (status === "succeeded") return;
  if (status === "rejected") throw new StepFailure("The plan was rejected.", "rejected");
  const next = error?.hint === void 0 ? "" : ` ${error.hint}`;
  const why = error ? ` ${error.code}: ${error.message}${next}` : "";
  throw new StepFailure(`The run ended as ${status}.${why}`, "run-failed");
}

// action/deploy.ts
var UPLOAD_ATTEMPTS = 5;
async function deploy(step, inputs) {
  const run = await start(step, inputs);
  const { environment, waits, planDigest, query } = inputs;
  const acceptCost = query.get("acceptCost") === "true";
  const approval = planDigest === void 0 ? void 0 : { planDigest, acceptCost };
  await conclude(step, run, { title: `Deployment of ${environment}`, waits, approval });
}
async function start(step, { environment, config, source, query, planDigest }) {
  if (planDigest !== void 0) query.set("autoApprove", "false");
  const { app, runner: runner2 } = step;
  const text = await readFile3(config, "utf8").catch((error) => {
    throw new StepFailure(`Cannot read the configuration ${config}: ${error.code}.`, "config-invalid");
  });
  if (source !== void 0) query.set("source", await upload(step, source));
  const path = `/api/environments/${encodeURIComponent(environment)}/deployments?${query}`;
  const headers = { "content-type": "application/yaml", "idempotency-key": randomUUID() };
  try {
    const answer = await app.send("POST", path, { body: text, headers, isRepeatable: true });
    const run = await answer.json();
    tellPlaces(runner2.warning, run.warnings, config);
    return run;
  } catch (error) {
    throw error instanceof Refusal ? refusedStart(runner2, error, config) : error;
  }
}
function refusedStart(runner2, refusal, file) {
  const { status, problem } = refusal;
  tellPlaces(runner2.error, problem?.problems, file);
  if (status === 409 && problem?.lock !== void 0) return new StepFailure(refusal.message, "locked");
  return status === 400 || status === 422 ? new StepFailure(refusal.message, "config-invalid") : refusal;
}
function tellPlaces(tell2, found, file) {
  for (const { path, message, line, column, file: own = file } of found ?? []) {
    const place = { file: own, ...line !== void 0 && { line }, ...column !== void 0 && { column } };
    tell2(path ? `${path}: ${message}` : message, place);
  }
}
async function upload({ app, runner: runner2 }, folder) {
  const { sha256, bytes } = await packFolder(folder);
  const ask = async () => {
    const options = {
      body: JSON.stringify({ sha256 }),
      headers: { "content-type": "application/json" },
      isRepeatable: true
    };
    return await (await app.send("POST", "/api/sources", options)).json();
  };
  const answer = await ask();
  if (answer.status === "known") return answer.source;
  runner2.log(`Uploading ${folder} (${Math.ceil(bytes.length / 1024)} KiB).`);
  const request = { method: "PUT", headers: answer.headers, body: new Uint8Array(bytes), redirect: "manual" };
  const response = await repeat(answer.url, request, UPLOAD_ATTEMPTS);
  if (response.ok && (await ask()).status === "known") return answer.source;
  throw new StepFailure(`The storage did not take the sources (${response.status}).`);
}

// action/destroy.ts
import { randomUUID as randomUUID2 } from "node:crypto";
async function destroy(step, { environment, query, waits }) {
  const options = [...query].map(([name, value]) => [name, value === "true" || (value === "false" ? false : value)]);
  const asked = { onBusy: "wait", ...Object.fromEntries(options), confirm: environment };
  const run = await startDestroy(step, environment, asked);
  if (run) return await conclude(step, run, { title: `Deletion of ${environment}`, waits });
  step.runner.notice(`Nothing is deployed to ${environment}.`);
  step.runner.output("status", "succeeded");
  step.runner.output("changed", "false");
}
var NOTHING_TO_DO = ["nothing_deployed", "not_expired"];
async function startDestroy({ app }, environment, asked) {
  const path = `/api/environments/${encodeURIComponent(environment)}/destroy`;
  const headers = { "content-type": "application/json", "idempotency-key": randomUUID2() };
  try {
    const answer = await app.send("POST", path, { body: JSON.stringify(asked), headers, isRepeatable: true });
    return await answer.json();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, problem } = error;
    if (NOTHING_TO_DO.includes(problem?.code)) return void 0;
    if (status === 409 && problem?.lock !== void 0) throw new StepFailure(error.message, "locked");
    throw status === 400 ? new StepFailure(error.message, "config-invalid") : error;
  }
}

// action/reap.ts
async function reap(step, { waits }) {
  const ending = await endingEnvironments(step.app);
  step.runner.summary(endingSummary(ending));
  const failed = [];
  for (const { environment, expires } of ending) {
    step.runner.log(`${environment} expires at ${expires.at} (${expires.phase})`);
    if (expires.phase !== "due") continue;
    const run = await startDestroy(step, environment, { expired: true, onBusy: "wait" });
    const told = { title: `Deletion of ${environment}`, waits };
    await (run && conclude(step, run, told))?.catch((error) => {
      if (!(error instanceof StepFailure)) throw error;
      step.runner.error(error.message);
      failed.push(environment);
    });
  }
  if (failed.length > 0) throw new StepFailure(`Not deleted: ${failed.join(", ")}.`, "run-failed");
}
async function endingEnvironments(app) {
  const { environments } = await (await app.send("GET", "/api/environments")).json();
  const found = [];
  for (const name of environments) {
    const answer = await app.send("GET", `/api/environments/${encodeURIComponent(name)}`);
    const view = await answer.json();
    if (view.expires) found.push({ ...view, expires: view.expires });
  }
  return found;
}

// action/runner.ts
import { randomUUID as randomUUID3 } from "node:crypto";
import { appendFileSync } from "node:fs";
function createRunner(env, write = (text) => void process.stdout.write(text)) {
  const command = (name, properties, text) => {
    write(`::${name}${properties && ` ${properties}`}::${escapeData(text)}
`);
  };
  const append = (file, text) => {
    if (file) appendFileSync(file, text);
  };
  return {
    mask: (secret) => command("add-mask", "", secret),
    log(text) {
      const token = randomUUID3();
      write(`::stop-commands::${token}
${shownText(text)}
::${token}::
`);
    },
    async group(title, work) {
      command("group", "", title);
      try {
        return await work();
      } finally {
        command("endgroup", "", "");
      }
    },
    notice: (message) => command("notice", "", shownText(message)),
    warning: (message, place) => command("warning", propertiesOf(place), shownText(message)),
    error: (message, place) => command("error", propertiesOf(place), shownText(message)),
    output(name, value) {
      const end = randomUUID3();
      append(env.GITHUB_OUTPUT, `${name}<<${end}
${value}
${end}
`);
    },
    summary: (markdown2) => append(env.GITHUB_STEP_SUMMARY, `${markdown2}
`)
  };
}
function propertiesOf({ file, line, column } = {}) {
  return Object.entries({ file, line, col: column }).flatMap(([name, value]) => value === void 0 ? [] : [`${name}=${escapeProperty(String(value))}`]).join(",");
}
function escapeData(text) {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty(text) {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

// action/run.ts
var COMMANDS3 = { deploy, destroy, reap };
var runner = createRunner(process.env);
process.exitCode = await main().catch(fail);
async function main() {
  const inputs = readInputs(process.env);
  runner.mask(inputs.key);
  if (inputs.commentToken !== void 0) runner.mask(inputs.commentToken);
  const pullRequest = await pullRequestOf(process.env, inputs.commentToken);
  const filesOfJob = process.env.RUNNER_TEMP;
  await COMMANDS3[inputs.command]({ runner, app: openApp(inputs), pullRequest, filesOfJob }, inputs);
  runner.output("failure-reason", "");
  return 0;
}
function fail(error) {
  const isExpected = error instanceof StepFailure || error instanceof Refusal;
  runner.error(isExpected ? error.message : `Internal error; please report it. ${String(error.stack)}`);
  if (error instanceof StepFailure) runner.output("failure-reason", error.reason ?? "");
  return 1;
}
