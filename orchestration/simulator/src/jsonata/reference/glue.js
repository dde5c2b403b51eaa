// What surrounds the reference: the functions of Step Functions, its bounds, and the execution's clock and random numbers.
//
// Evaluated once in each engine, after the reference. `host` has the functions that `engine.rs` provides. Errors are
// thrown as the reference throws its own, with a code and the parts of the message.
(function (host) {
    "use strict";

    const ENTRY = Symbol.for("jsonata.__evaluate_entry");
    const EXIT = Symbol.for("jsonata.__evaluate_exit");

    // The clock and the generator are those of the execution.
    const RealDate = Date;
    globalThis.Date = class Date extends RealDate {
        constructor(...parts) {
            if (parts.length === 0) {
                super(host.now());
            } else {
                super(...parts);
            }
        }
        static now() {
            return host.now();
        }
    };
    Math.random = host.random;
    globalThis.window = {
        btoa: host.encodeBase64,
        atob(text) {
            if (typeof text !== "string") {
                refuse("it decodes Base64 of what is no text");
            }
            return host.decodeBase64(text);
        },
    };

    // The reason of the refusal in this evaluation. The reference turns some errors into its own.
    let refusal;

    function refuse(reason) {
        refusal = reason;
        throw { refusal };
    }

    // What JavaScript leaves to its engines, and what shows the reference's own source.
    const numberToString = Number.prototype.toString;
    Number.prototype.toString = function (radix) {
        if (radix !== undefined && radix !== 10 && Math.abs(this) > Number.MAX_SAFE_INTEGER) {
            refuse("it writes a number beyond 2^53 in another base");
        }
        return numberToString.call(this, radix);
    };
    Function.prototype[Symbol.toPrimitive] = function () {
        refuse("it makes a text of a function");
    };

    // Integers that a double cannot hold: see source.rs.
    globalThis.refuseWideInteger = function () {
        throw { wideInteger: true };
    };
    globalThis.compareWideIntegers = function (left, right) {
        const types = typeof left + " " + typeof right;
        if (types === "bigint number" || types === "number bigint") {
            refuseWideInteger();
        }
    };
    const stringify = JSON.stringify;
    const MARKED = /"\\u0001(-?\d+)\\u0001"/g;
    JSON.stringify = function (value, replacer, space) {
        let wide = false;
        const text = stringify(value, function (key, item) {
            const replaced = typeof replacer === "function" ? replacer.call(this, key, item) : item;
            if (typeof replaced !== "bigint") {
                return replaced;
            }
            wide = true;
            return "\u0001" + replaced + "\u0001";
        }, space);
        return wide ? text.replace(MARKED, "$1") : text;
    };

    // The bounds of one evaluation.
    let depth = 0;
    let steps = 0;

    function exceed(limit) {
        throw { limit };
    }

    function entry(expression, input, environment) {
        if (steps === 0) {
            forget(environment.lookup("now"));
            forget(environment.lookup("millis"));
        }
        depth += 1;
        steps += 1;
        if (depth > host.maxDepth) {
            exceed("stack");
        }
        if (steps > host.maxSteps) {
            exceed("time");
        }
    }

    function exit(expression, input, environment, result) {
        depth -= 1;
        if (typeof result === "string" ? result.length > host.maxCharacters
            : Array.isArray(result) && result.length > host.maxItems) {
            exceed("memory");
        }
    }

    // The functions of Step Functions.
    function mismatch(token, index) {
        throw { code: "T0410", token, index };
    }

    function failed(message) {
        throw { code: "D3137", message };
    }

    function atMost(count, given, token) {
        if (given.length > count) {
            mismatch(token, count + 1);
        }
    }

    function whole(value, token, index) {
        if (typeof value === "bigint") {
            refuseWideInteger();
        }
        if (typeof value !== "number" || Number.isNaN(value)) {
            mismatch(token, index);
        }
        return Math.trunc(value);
    }

    function parse(text) {
        atMost(1, arguments, "parse");
        if (text === undefined) {
            return undefined;
        }
        if (typeof text !== "string") {
            mismatch("parse", 1);
        }
        const parsed = host.parse(text);
        if (typeof parsed === "string") {
            if (parsed === "") {
                failed("Invalid JSON");
            }
            refuse(parsed);
        }
        return parsed[0];
    }

    function partition(items, size) {
        atMost(2, arguments, "partition");
        if (items === undefined) {
            return undefined;
        }
        if (!Array.isArray(items)) {
            throw { code: "T0412", index: 1, token: "partition", type: "undefined" };
        }
        const count = size === undefined ? items.length : whole(size, "partition", 2);
        if (count < 0) {
            failed("Second argument must be zero or greater");
        }
        if (count === 0 || items.length === 0) {
            return undefined;
        }
        const chunks = [];
        for (let start = 0; start < items.length; start += count) {
            chunks.push(items.slice(start, start + count));
        }
        return chunks;
    }

    function range(start, end, step) {
        atMost(3, arguments, "range");
        const first = whole(start, "range", 1);
        const last = whole(end, "range", 2);
        if (step === undefined) {
            return undefined;
        }
        const by = whole(step, "range", 3);
        const count = by === 0 ? 0 : Math.floor((last - first) / by) + 1;
        if (!(count > 0)) {
            return undefined;
        }
        if (count > host.maxRange) {
            exceed("memory");
        }
        const numbers = Array.from({ length: count }, (_, index) => first + index * by);
        // A sequence: with one item, it is that item.
        return count === 1 ? numbers[0] : numbers;
    }

    function hash(text, algorithm) {
        atMost(2, arguments, "hash");
        if (typeof text !== "string") {
            mismatch("hash", 1);
        }
        if (algorithm === undefined) {
            return undefined;
        }
        if (typeof algorithm !== "string") {
            mismatch("hash", 2);
        }
        const digest = host.hash(text, algorithm);
        if (digest === undefined) {
            failed(`Hash algorithm '${algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`);
        }
        return digest;
    }

    function random(seed) {
        atMost(1, arguments, "random");
        return seed === undefined ? host.random() : host.seeded(whole(seed, "random", 1));
    }

    function uuid() {
        atMost(0, arguments, "uuid");
        return host.uuid();
    }

    const ADDED = { parse, partition, range, hash, random, uuid };

    // The reference notes in each function by which name it was called last, for its messages. These are all its functions
    // that outlive an evaluation, so that it begins without such notes.
    const shared = new Map();
    (function () {
        const names = ("sum count max min average string substring substringBefore substringAfter lowercase uppercase "
            + "length trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger "
            + "number floor ceil round abs sqrt power random boolean not map zip filter single reduce sift keys lookup "
            + "append exists spread merge reverse each error assert type sort shuffle distinct base64encode "
            + "base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone").split(" ");
        const probe = jsonata("1");
        for (const name of Object.keys(ADDED)) {
            probe.registerFunction(name, ADDED[name]);
        }
        probe.assign(ENTRY, (expression, input, environment) => {
            for (const name of [...names, ...Object.keys(ADDED)]) {
                shared.set(name, environment.lookup(name));
            }
        });
        probe.evaluate();
    })();

    function forget(called) {
        delete called.token;
        delete called.position;
    }

    // Parsed expressions are kept, but not without bound.
    const MOST_KEPT = 1000;
    const kept = new Map();

    function compiled(text) {
        let expression = kept.get(text);
        if (expression === undefined) {
            expression = jsonata(text);
            expression.assign(ENTRY, entry);
            expression.assign(EXIT, exit);
            // AWS has no `$eval`: a call of it is that of something which is no function.
            expression.assign("eval", undefined);
            for (const name of Object.keys(ADDED)) {
                expression.assign(name, shared.get(name));
            }
            if (kept.size >= MOST_KEPT) {
                kept.clear();
            }
            kept.set(text, expression);
        }
        return expression;
    }

    // What an error means: its kind, and its message.
    function told(error) {
        if (error.limit !== undefined) {
            return [error.limit, ""];
        }
        if (error.wideInteger) {
            return ["wide", ""];
        }
        if (error instanceof InternalError && error.message === "out of memory") {
            return ["memory", ""];
        }
        if (error instanceof RangeError && error.message.includes("call stack")) {
            return ["stack", ""];
        }
        if (error instanceof RangeError && /^invalid (array|string) length|^string too long/.test(error.message)) {
            return ["memory", ""];
        }
        if (error.code === undefined) {
            return ["threw", String(error.message)];
        }
        return ["threw", error.message === undefined ? error.code : `${error.code}: ${error.message}`];
    }

    return {
        // The syntax tree, or the error's message.
        parse(text) {
            try {
                // Without the functions in it: those of signatures.
                return JSON.parse(stringify(compiled(text).ast()));
            } catch (error) {
                return error instanceof RangeError ? "The expression is nested too deeply" : String(error.message);
            }
        },
        // A pair of what came of it and the value or the message.
        evaluate(text, bindings) {
            depth = 0;
            steps = 0;
            refusal = undefined;
            shared.forEach(forget);
            let result;
            try {
                result = ["value", compiled(text).evaluate(undefined, bindings)];
            } catch (error) {
                result = told(error);
            }
            return refusal === undefined ? result : ["refused", refusal];
        },
    };
})
